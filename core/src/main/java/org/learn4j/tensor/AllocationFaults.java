package org.learn4j.tensor;

import java.util.concurrent.atomic.AtomicLong;

/**
 * Makes native allocations fail on purpose, so that tests can prove what happens when memory runs out. Off unless a test
 * arms it; costs one read of a static field.
 */
public final class AllocationFaults {
    private static final AtomicLong REMAINING = new AtomicLong(-1);
    private static volatile boolean armed;
    private static volatile boolean forEver;

    private AllocationFaults() {}

    /** Lets {@code successes} more allocations succeed, then fails one, or all that follow. */
    public static void failAfter(long successes, boolean allThatFollow) {
        REMAINING.set(successes);
        forEver = allThatFollow;
        armed = true;
    }

    /** Lets allocations succeed again. */
    public static void disarm() {
        armed = false;
    }

    static void check(long bytes) {
        if (armed && REMAINING.getAndDecrement() <= 0) {
            if (!forEver) {
                armed = false;
            }
            throw new OutOfMemoryError("injected failure of an allocation of " + bytes + " bytes");
        }
    }
}
