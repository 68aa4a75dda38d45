package org.learn4j.tabular;

/** What a target's numbers are to the model. */
enum TargetKind {
    /** The numbers themselves. */
    VALUE,
    /** Their natural logarithms. */
    LOG,
    /** Classes. */
    CLASS
}
