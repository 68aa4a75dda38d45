package org.learn4j.tabular.proc;

import org.learn4j.tabular.column.Frame;

/**
 * A step from raw columns to what a model reads, learned on the training rows (fastai's TabularProc). An open interface: your own
 * procs are saved with the model if a {@link ProcRegistry} knows them.
 *
 * <pre>{@code
 * record Clip(double low, double high) implements Proc { ... }                 // fit finds the bounds
 * }</pre>
 */
public interface Proc {
    /** Where missing values are filled. */
    int FILLS = 0;
    /** Where categories become codes. */
    int ENCODES = 100;
    /** Where numbers are scaled. */
    int SCALES = 200;

    /**
     * Returns this proc's place: lower ones come first, whatever the order they were given in. {@link #FILLS}, {@link #ENCODES} and
     * {@link #SCALES} are the places of the library's own.
     */
    int order();

    /**
     * Learns from the training rows.
     *
     * @throws IllegalArgumentException if a column is not what it has to be, naming it
     */
    FittedProc fit(Frame train);
}
