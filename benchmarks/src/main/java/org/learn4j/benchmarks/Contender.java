package org.learn4j.benchmarks;

/**
 * One engine set up for one task: its weights loaded, its batches ready in its own memory.
 *
 * <p>Only {@link #step()} is timed. It takes the next batch in rotation, so a contender never trains on one memorised
 * batch, and it must be a complete training step: forward, backward, update.
 */
interface Contender extends AutoCloseable {
    /** Trains on the next batch. */
    void step();

    /** Returns the loss that the last {@link #step()} saw before its update. */
    float loss();

    @Override
    void close();
}
