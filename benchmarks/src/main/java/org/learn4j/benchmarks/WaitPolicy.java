package org.learn4j.benchmarks;

import java.util.Locale;
import java.util.Map;

/**
 * What GNU OpenMP's threads do while they have no work. All contenders that use OpenMP share its one pool, and libtorch's
 * OpenBLAS has another pool beside it: long spinning makes small batches faster and, as the two pools then compete for
 * the processors, large ones slower.
 */
enum WaitPolicy {
    /** Spin for some ten microseconds, then sleep: good for libtorch at every batch size. */
    BRIEF(Map.of("GOMP_SPINCOUNT", "10000")),
    /** OpenMP's own choice, some milliseconds: the best for libtorch at small batches. */
    DEFAULT(Map.of()),
    /** Sleep at once. */
    PASSIVE(Map.of("OMP_WAIT_POLICY", "PASSIVE")),
    /** Spin for minutes. */
    ACTIVE(Map.of("OMP_WAIT_POLICY", "ACTIVE"));

    private final Map<String, String> variables;

    WaitPolicy(Map<String, String> variables) {
        this.variables = variables;
    }

    /** Returns the environment variables that make it so. */
    Map<String, String> variables() {
        return variables;
    }

    @Override
    public String toString() {
        return name().toLowerCase(Locale.ROOT);
    }
}
