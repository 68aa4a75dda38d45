package org.learn4j.tabular.table;

/** Takes the cells of one column, one after the other. */
interface CellSink {
    /** Takes a cell; returns false if it is not what is {@link #expected}. */
    boolean accept(Cell cell);

    /** Takes a cell without a value. */
    void acceptMissing();

    /** Returns what a cell shall be, for the message about one that is not. */
    String expected();
}
