package org.learn4j.benchmarks;

import java.util.Locale;

/** Whose code a contender runs. Several contenders may share an engine; the fastest of them speaks for it. */
enum Engine {
    LEARN4J,
    LIBTORCH,
    DL4J;

    /** Returns the name used on the command line, in ratios and in files. */
    String id() {
        return name().toLowerCase(Locale.ROOT);
    }
}
