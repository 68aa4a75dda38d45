package org.learn4j.benchmarks;

import java.util.concurrent.SynchronousQueue;
import java.util.function.Function;
import org.learn4j.learn.Callback;
import org.learn4j.learn.FitContext;
import org.learn4j.learn.FitOptions;
import org.learn4j.learn.Learner;
import org.learn4j.optim.Optimizer;
import org.learn4j.schedule.Rates;

/**
 * Learn4J's public Learner with its data loader, stepped from outside: a fit runs on a thread of its own and a callback holds it
 * between batches. The hand-over is inside the measured time.
 */
final class SteppedLearner implements Contender {
    private final Learner learner;
    private final Thread thread;
    private final SynchronousQueue<Boolean> go = new SynchronousQueue<>();
    private final SynchronousQueue<Float> done = new SynchronousQueue<>();
    private boolean first = true;
    private float loss;
    private volatile boolean closing;

    /** Makes the learner, which is to have the callback and the optimizer given, and starts it. */
    SteppedLearner(Function<Callback, Learner> maker) {
        learner = maker.apply(new Gate());
        thread = new Thread(
                () -> learner.fit(1_000_000, Rates.of(MlpTask.LEARNING_RATE), FitOptions.defaults()), "learn4j");
        thread.setDaemon(true);
        thread.start();
    }

    /** Returns the optimizer all contenders use. */
    static Optimizer optimizer() {
        return Optimizer.adam()
                .betas(MlpTask.BETA1, MlpTask.BETA2)
                .epsilon(MlpTask.ADAM_EPSILON)
                .weightDecay(MlpTask.WEIGHT_DECAY)
                .decayNormAndBias(true);
    }

    @Override
    public void step() {
        try {
            if (!first) {
                go.put(true);
            }
            first = false;
            loss = done.take();
        } catch (InterruptedException stop) {
            Thread.currentThread().interrupt();
        }
    }

    @Override
    public float loss() {
        return loss;
    }

    @Override
    public void close() {
        closing = true;
        learner.cancel();
        go.offer(true);
        try {
            thread.interrupt();
            thread.join();
        } catch (InterruptedException stop) {
            Thread.currentThread().interrupt();
        }
        learner.close();
    }

    /** Waits after every batch until the next step is asked for. */
    private final class Gate implements Callback {
        @Override
        public Stage stage() {
            return Stage.DECIDE;
        }

        @Override
        public void afterBatch(FitContext context) {
            if (closing) {
                return;
            }
            try {
                done.put((float) context.loss());
                go.take();
            } catch (InterruptedException stop) {
                Thread.currentThread().interrupt();
            }
        }
    }
}
