// What do the imports that TypeScript does not know of mean? Svelte components and style sheets.
/// <reference types="svelte" />
/// <reference types="vite/client" />
