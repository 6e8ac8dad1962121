/** Saves a form as one types: after a pause, one save at a time, and never over what was saved elsewhere meanwhile. */

export interface Saved {
  version: number;
  savedAt: string;
}

export type SaveState =
  | { kind: "unsaved" }
  | { kind: "saving" }
  | { kind: "saved"; at: string }
  /** It will be tried again with the next change, or when asked. */
  | { kind: "failed"; error: unknown }
  /** Saved elsewhere since it was read: nothing is saved until its owner has chosen. */
  | { kind: "conflict" };

export interface DraftSaverOptions<Content> {
  /** @param version of the draft that was seen last; null for the first save of its key. */
  put: (content: Content, version: number | null) => Promise<Saved>;
  isConflict: (error: unknown) => boolean;
  tell: (state: SaveState) => void;
  pauseMs: number;
}

/** `Content` is all that one types and chooses there. */
export class DraftSaver<Content> {
  private version: number | null;
  private waiting: Content | undefined;
  private running: Promise<void> | undefined;
  private pause: ReturnType<typeof setTimeout> | undefined;
  private isHeld = false;

  constructor(
    private readonly options: DraftSaverOptions<Content>,
    found: Saved | null,
  ) {
    this.version = found?.version ?? null;
  }

  /** This is what it holds now. */
  enter(content: Content): void {
    this.waiting = content;
    if (!this.isHeld) {
      clearTimeout(this.pause);
      this.pause = setTimeout(() => void this.flush(), this.options.pauseMs);
    }
  }

  /** Save at once what waits to be saved; afterwards all is, if nothing went wrong. */
  async flush(): Promise<void> {
    clearTimeout(this.pause);
    await this.running;
    if (this.waiting === undefined || this.isHeld) {
      return;
    }
    this.running = this.save(this.waiting);
    this.waiting = undefined;
    await this.running;
  }

  /** Save no more, and wait for what is under way: the form is being sent, or its draft thrown away. */
  async hold(): Promise<void> {
    this.isHeld = true;
    clearTimeout(this.pause);
    await this.running;
  }

  /**
   * Save again.
   *
   * @param version of what shall be saved over; undefined for what is known.
   */
  release(version?: number | null): void {
    this.isHeld = false;
    if (version !== undefined) {
      this.version = version;
    }
    if (this.waiting !== undefined) {
      this.enter(this.waiting);
    }
  }

  /** What waits to be saved is no longer meant. */
  forget(): void {
    clearTimeout(this.pause);
    this.waiting = undefined;
  }

  /** Whether something that was entered is saved nowhere yet. */
  get isBehind(): boolean {
    return this.waiting !== undefined;
  }

  private async save(content: Content): Promise<void> {
    this.options.tell({ kind: "saving" });
    try {
      const saved = await this.options.put(content, this.version);
      this.version = saved.version;
      this.options.tell({ kind: "saved", at: saved.savedAt });
    } catch (error) {
      // What was entered since is newer than what was not saved.
      this.waiting ??= content;
      if (this.options.isConflict(error)) {
        this.isHeld = true;
        clearTimeout(this.pause);
        this.options.tell({ kind: "conflict" });
      } else {
        this.options.tell({ kind: "failed", error });
      }
    }
  }
}
