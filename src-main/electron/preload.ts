// What does the page of the desktop app get from outside? A port to its lab, and where a dropped file lies. Nothing else.
//
// Runs in the page's process, sandboxed, in a world of its own; it is bundled as CommonJS because a sandbox has no other.
import { contextBridge, ipcRenderer, webUtils } from 'electron'

ipcRenderer.on('emergence:port', (event) => {
  // The port goes on to the page's own world; only this page can be listening under this origin.
  window.postMessage('emergence:port', window.location.origin, event.ports)
})

contextBridge.exposeInMainWorld('emergence', {
  connect: (): void => ipcRenderer.send('emergence:connect'),
  pathOf: (file: File): string => webUtils.getPathForFile(file),
})
