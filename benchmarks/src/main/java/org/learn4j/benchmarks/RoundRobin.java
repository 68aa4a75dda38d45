package org.learn4j.benchmarks;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.LongStream;

/**
 * Times contenders in turns, so that a slow minute of the machine hits all of them.
 *
 * <p>Each round gives every contender one block of steps; the next round starts with another one. A short sleep before a
 * block lets the threads of the contender before stop spinning, and a block's first step is not timed.
 *
 * @param rounds blocks of each contender
 * @param seconds length of a block
 */
record RoundRobin(int rounds, double seconds) {
    private static final int WARM_UP_BLOCKS = 2;
    private static final int STEPS_AT_LEAST = 3;
    private static final long REST_MILLISECONDS = 50;

    /** Returns the timings of the contenders, in their order. */
    List<Timing> time(List<? extends Contender> contenders) {
        var blocks = new ArrayList<List<long[]>>();
        contenders.forEach(c -> blocks.add(new ArrayList<>()));
        for (var contender : contenders) {
            for (int i = 0; i < WARM_UP_BLOCKS; i++) {
                block(contender);
            }
        }
        for (int round = 0; round < rounds; round++) {
            for (int turn = 0; turn < contenders.size(); turn++) {
                int at = (round + turn) % contenders.size();
                blocks.get(at).add(block(contenders.get(at)));
            }
        }
        return blocks.stream().map(Timing::of).toList();
    }

    private long[] block(Contender contender) {
        rest();
        contender.step();
        var times = LongStream.builder();
        long start = System.nanoTime();
        long now = start;
        for (int steps = 0; steps < STEPS_AT_LEAST || now - start < seconds * 1e9; steps++) {
            long before = now;
            contender.step();
            now = System.nanoTime();
            times.add(now - before);
        }
        return times.build().toArray();
    }

    private static void rest() {
        try {
            Thread.sleep(REST_MILLISECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
