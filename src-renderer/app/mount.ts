// How does the window begin? Fonts and tokens, the link to the lab, then the shell; or a sentence where there is no lab.
import '@fontsource-variable/inter/index.css'
import '@fontsource-variable/jetbrains-mono/index.css'
import { mount, unmount } from 'svelte'
import type { Lab } from '../client/lab.ts'
import { openSession } from '../state/session.svelte.ts'
import '../ui/tokens.css'
import '../ui/base.css'
import { viewOf } from '../views/registry.ts'
import App from './App.svelte'
import NoLab from './NoLab.svelte'

/** Shows the window for the lab that `reach` finds. */
export async function showWindow(target: HTMLElement, reach: () => Promise<Lab>): Promise<void> {
  const kept = localStorage.getItem('emergence.theme')
  const light = kept === 'light' || (kept !== 'dark' && matchMedia('(prefers-color-scheme: light)').matches)
  document.documentElement.dataset.theme = light ? 'light' : 'dark'
  try {
    const session = await openSession(await reach(), (view) => viewOf(view) !== undefined)
    mount(App, { target, props: { session } })
    performance.mark('emergence:usable')
  } catch (thrown) {
    const shown = mount(NoLab, {
      target,
      props: {
        thrown,
        onretry: () => {
          void unmount(shown)
          void showWindow(target, reach)
        },
      },
    })
  }
}
