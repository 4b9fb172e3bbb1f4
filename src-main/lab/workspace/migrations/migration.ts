// What is one step from a version of the workspace to the next?

export interface Migration {
  /** The file's `user_version` after this step. */
  readonly version: number
  readonly title: string
  readonly sql: string
}
