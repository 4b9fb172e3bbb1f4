// How are many pictures held at once? Each decoded no larger than it is drawn.

/** The pixels of a picture, decoded `wide` px wide or a little more; the last ones stay until sharper ones are there. */
export function watchSmall(address: () => string | null, wide: () => number) {
  let bitmap = $state.raw<ImageBitmap | null>(null)
  let failed = $state(false)
  // In steps, so that a panel being dragged does not decode at every pixel.
  const step = $derived(Math.max(256, Math.ceil(wide() / 256) * 256))
  $effect(() => {
    const from = address()
    const width = step
    failed = false
    if (from === null) {
      bitmap = null
      return
    }
    const controller = new AbortController()
    const load = async (): Promise<void> => {
      const answer = await fetch(from, { signal: controller.signal })
      if (!answer.ok) throw new Error(`${answer.status}`)
      const loaded = await createImageBitmap(await answer.blob(), {
        resizeWidth: width,
        resizeQuality: 'high',
      })
      if (controller.signal.aborted) loaded.close()
      else bitmap = loaded
    }
    load().catch(() => {
      if (!controller.signal.aborted) failed = true
    })
    return () => controller.abort()
  })
  return {
    get bitmap() {
      return bitmap
    },
    get failed() {
      return failed
    },
  }
}
