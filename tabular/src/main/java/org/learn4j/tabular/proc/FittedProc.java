package org.learn4j.tabular.proc;

import org.learn4j.persist.Json;
import org.learn4j.tabular.column.Frame;

/** What a {@link Proc} has learned: a pure function of frames. Immutable and shared between threads. */
public interface FittedProc {
    /** Returns the name a {@link ProcRegistry} knows this type by. */
    String type();

    /**
     * Returns the frame changed. Every row is changed on its own, so that one row gives what it gives in a table.
     *
     * @throws IllegalArgumentException if a column is missing or cannot be changed, naming it
     */
    Frame apply(Frame frame);

    /** Returns the frame as it was before {@link #apply}, as far as that is possible; by default the same. */
    default Frame decode(Frame frame) {
        return frame;
    }

    /** Returns what was learned, for a file. */
    Json.Fields state();
}
