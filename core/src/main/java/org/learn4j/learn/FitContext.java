package org.learn4j.learn;

import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.learn4j.data.Batch;
import org.learn4j.nn.Pass;
import org.learn4j.optim.Hyper;
import org.learn4j.tensor.Tensor;

/** What callbacks see of a running fit, and how they ask it to skip or stop. */
public final class FitContext {
    private final Learner learner;
    private final FitPlan plan;
    private final History history;

    private int epoch;
    private int batchNumber;
    private int batches;
    private boolean training;
    private @Nullable Batch batch;
    private @Nullable Tensor prediction;
    private @Nullable Tensor lossTensor;
    private double loss = Double.NaN;
    private Pass pass = Pass.evaluation();
    private List<Hyper> hypers = List.of();
    private boolean skipStep;
    private @Nullable String stopReason;
    private @Nullable Throwable failure;

    FitContext(Learner learner, FitPlan plan, History history) {
        this.learner = learner;
        this.plan = plan;
        this.history = history;
    }

    /** Returns the learner. */
    public Learner learner() {
        return learner;
    }

    /** Returns what is being carried out. */
    public FitPlan plan() {
        return plan;
    }

    /** Returns everything recorded so far. */
    public History history() {
        return history;
    }

    /** Returns the epoch of this fit, from 0. */
    public int epoch() {
        return epoch;
    }

    /** Returns the number of epochs of this fit. */
    public int epochs() {
        return plan.epochs();
    }

    /** Returns the batch's position in its epoch, from 0. */
    public int batchNumber() {
        return batchNumber;
    }

    /** Returns the number of batches of this phase: training or validation. */
    public int batches() {
        return batches;
    }

    /** Returns the number of training batches the learner has worked on in its life, this one included. */
    public long step() {
        return learner.steps();
    }

    /** Returns whether the batch trains; else it validates. */
    public boolean isTraining() {
        return training;
    }

    /**
     * Returns the batch.
     *
     * @throws IllegalStateException between batches
     */
    public Batch batch() {
        return require(batch, "A batch");
    }

    /**
     * Returns the model's output for the batch; freed when the batch is done.
     *
     * @throws IllegalStateException before there is one
     */
    public Tensor prediction() {
        return require(prediction, "A prediction");
    }

    /**
     * Returns the loss as a tensor.
     *
     * @throws IllegalStateException before there is one
     */
    public Tensor lossTensor() {
        return require(lossTensor, "A loss");
    }

    private static <T> T require(@Nullable T value, String what) {
        if (value == null) {
            throw new IllegalStateException(what + " is there only while a batch is worked on");
        }
        return value;
    }

    /** Returns the batch's loss, NaN before there is one. */
    public double loss() {
        return loss;
    }

    /** Returns the forward pass of this batch. */
    public Pass pass() {
        return pass;
    }

    /** Returns the hyper-parameters in force, one for each parameter group. */
    public List<Hyper> hypers() {
        return hypers;
    }

    /**
     * Sets the hyper-parameters of this batch, for callbacks that steer rates by themselves.
     *
     * @throws IllegalArgumentException if there are not as many as parameter groups
     */
    public void hypers(List<Hyper> changed) {
        if (changed.size() != learner.groups().size()) {
            throw new IllegalArgumentException("One set of hyper-parameters a parameter group is expected: there are "
                    + learner.groups().size() + " groups, received " + changed.size());
        }
        this.hypers = List.copyOf(changed);
    }

    /**
     * Asks that this batch changes nothing: neither weights nor running statistics. Asked for before the gradients are
     * computed, they are not; the batch's loss is in the history, but in no average.
     */
    public void skipStep() {
        skipStep = true;
    }

    /** Returns whether the batch is to change nothing. */
    public boolean isStepSkipped() {
        return skipStep;
    }

    /** Asks to end the fit after this batch; the first reason given is kept. */
    public void stop(String reason) {
        if (stopReason == null) {
            stopReason = reason;
        }
    }

    /**
     * Returns why the fit was asked to stop, if it was: a callback's reason, {@code cancelled} or {@code
     * interrupted}.
     */
    public Optional<String> stopReason() {
        return Optional.ofNullable(stopReason);
    }

    /** Returns what was thrown in this fit, for {@code after…}: they run whatever happens. */
    public Optional<Throwable> failure() {
        return Optional.ofNullable(failure);
    }

    // ---- for the loop

    void startEpoch(int number) {
        epoch = number;
    }

    void startPhase(boolean trains, int batchCount) {
        training = trains;
        batches = batchCount;
    }

    void startBatch(Batch next, Pass forward, List<Hyper> inForce) {
        batch = next;
        batchNumber = next.number();
        pass = forward;
        hypers = inForce;
        prediction = null;
        lossTensor = null;
        loss = Double.NaN;
        skipStep = false;
    }

    void predicted(Tensor output) {
        prediction = output;
    }

    void lost(Tensor scalar) {
        lossTensor = scalar;
        loss = scalar.item();
    }

    void endBatch() {
        batch = null;
        prediction = null;
        lossTensor = null;
    }

    void failed(Throwable thrown) {
        if (failure == null) {
            failure = thrown;
        }
    }

    boolean isStopped() {
        return stopReason != null;
    }
}
