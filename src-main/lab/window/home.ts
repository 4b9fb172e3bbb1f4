// Where does Emergence keep what belongs to a person and not to a workspace?
import { homedir } from 'node:os'
import { join } from 'node:path'

/** The folder of settings and of workspaces that were not given a place yet. `EMERGENCE_HOME` names another. */
export function homeFolder(
  env: NodeJS.ProcessEnv = process.env,
  platform: string = process.platform,
): string {
  if (env.EMERGENCE_HOME) return env.EMERGENCE_HOME
  if (platform === 'darwin') return join(homedir(), 'Library', 'Application Support', 'Emergence')
  if (platform === 'win32') return join(env.APPDATA ?? join(homedir(), 'AppData', 'Roaming'), 'Emergence')
  return join(env.XDG_DATA_HOME ?? join(homedir(), '.local', 'share'), 'emergence')
}

/** The folder of workspaces that a person has not given a place. */
export function unsavedFolder(home: string): string {
  return join(home, 'workspaces')
}
