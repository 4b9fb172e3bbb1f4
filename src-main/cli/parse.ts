// What does a command line ask for? Words become a command with checked options, or a page of help, or a complaint.
import { Command, CommanderError } from 'commander'
import { version } from '../../src-shared/domain/version.ts'
import type { Answer, CommandFile, Running } from './command.ts'
import { commands, findCommand } from './commands.ts'
import { addCommonOptions } from './options.ts'
import type { CommonOptions } from './options.ts'

export type Parsed =
  | { kind: 'run'; common: CommonOptions; run: (running: Running) => Promise<Answer> }
  /** Help or version (0), or a complaint (2); `sentence` is the complaint alone. */
  | { kind: 'said'; exitCode: 0 | 2; text: string; sentence: string }

/** Reads the words after the program's name. */
export async function parseCommandLine(words: readonly string[]): Promise<Parsed> {
  const [first = '--help'] = words
  const found = findCommand(first)
  return found ? parseCommand(found.name, await found.entry.load(), words.slice(1)) : parseProgram(words)
}

function parseCommand(name: string, file: CommandFile<never>, words: readonly string[]): Parsed {
  let text = ''
  const command = new Command(name)
  command
    .exitOverride()
    .configureOutput({ writeOut: (more) => (text += more), writeErr: (more) => (text += more) })
    .summary(commands[name]!.summary)
    .description(sentenceCase(commands[name]!.summary))
    .helpOption('-h, --help', 'this page')
    .configureHelp({ commandUsage: () => `emergence ${name} ${usage(command)}` })
  for (const alias of commands[name]!.aliases ?? []) command.alias(alias)
  file.describe(command)
  command.optionsGroup('Options of every command:')
  addCommonOptions(command)
  command.addHelpText('after', `\nExample:\n  emergence ${file.example}\n`)
  try {
    command.parse([...words], { from: 'user' })
  } catch (thrown) {
    return said(thrown, text, name)
  }
  const options = command.opts<CommonOptions>()
  return {
    kind: 'run',
    common: options,
    run: (running) => file.run(running, command.args, options as never),
  }
}

function usage(command: Command): string {
  const args = command.registeredArguments.map((argument) => {
    const name = argument.name() + (argument.variadic ? '…' : '')
    return argument.required ? name : `[${name}]`
  })
  return [...args, '[OPTIONS]'].join(' ')
}

/** The program without a command: its help, its version, or a complaint. */
function parseProgram(words: readonly string[]): Parsed {
  let text = ''
  const program = new Command('emergence')
    .exitOverride()
    .configureOutput({ writeOut: (more) => (text += more), writeErr: (more) => (text += more) })
    .description('A lab for looking inside self-supervised vision models.')
    .version(version, '-V, --version', 'the version')
    .helpOption('-h, --help', 'this page')
    .option('--json', 'one JSON document on stdout and nothing else there')
    .usage('COMMAND [ARGUMENTS] [OPTIONS]')
    .addHelpCommand(false)
    .addHelpText('after', '\nEach command has a page of its own: emergence COMMAND --help')
  for (const [name, { summary }] of Object.entries(commands)) program.command(name).summary(summary)
  if (words.length === 0) return { kind: 'said', exitCode: 0, text: program.helpInformation(), sentence: '' }
  try {
    program.parse([...words], { from: 'user' })
  } catch (thrown) {
    return said(thrown, text, null)
  }
  const complaint = `There is no command ${JSON.stringify(words[0])}.`
  return { kind: 'said', exitCode: 2, text: `${complaint}\n`, sentence: complaint }
}

function said(thrown: unknown, text: string, command: string | null): Parsed {
  if (!(thrown instanceof CommanderError)) throw thrown
  if (thrown.exitCode === 0) return { kind: 'said', exitCode: 0, text, sentence: '' }
  const complaint = sentenceCase(thrown.message.replace(/^error: /, '').replace(/\n/g, ' '))
  const help = `emergence ${command === null ? '' : `${command} `}--help`
  return { kind: 'said', exitCode: 2, text: `${complaint}\nSee ${help}\n`, sentence: complaint }
}

function sentenceCase(text: string): string {
  const capital = text.slice(0, 1).toUpperCase() + text.slice(1)
  return /[.!?)]$/.test(capital) ? capital : `${capital}.`
}
