package org.learn4j.learn;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.learn4j.data.DataLoader;
import org.learn4j.data.DataLoaders;
import org.learn4j.data.Dataset;
import org.learn4j.loss.Loss;
import org.learn4j.metric.Metric;
import org.learn4j.nn.Layer;
import org.learn4j.nn.LayerTree;
import org.learn4j.nn.Param;
import org.learn4j.nn.ParamGroup;
import org.learn4j.optim.Optimizer;
import org.learn4j.optim.OptimizerState;
import org.learn4j.schedule.Rates;
import org.learn4j.tensor.MemoryPool;
import org.learn4j.tensor.Seed;

/**
 * A model, its data, a loss, an optimizer and callbacks, and the verbs of working with them (fastai's Learner).
 *
 * <pre>{@code
 * try (Learner learner = Learner.of(data, model).loss(Loss.crossEntropy()).metrics(Metric.accuracy()).build()) {
 *     learner.fitOneCycle(3, 1e-2);
 *     learner.export(Path.of("model.safetensors"));
 * }
 * }</pre>
 *
 * <p>The learner owns the model from now on: closing it frees all memory. One thread trains at a time, others are refused;
 * {@link #cancel} may be called from any.
 */
public final class Learner implements AutoCloseable {
    private final DataLoaders data;
    private final Layer model;
    private final Loss loss;
    private final Optimizer optimizer;
    private final List<Metric> metrics;
    private final List<Callback> callbacks;
    private final Seed seed;
    private final boolean trainNorm;
    private final double defaultRate;
    private final List<ParamGroup> groups;
    private final OptimizerState updater;
    private final MemoryPool pool = new MemoryPool();
    private final History history = new History();
    private final AtomicBoolean busy = new AtomicBoolean();
    private volatile boolean cancelled;
    private int frozenTo;
    private int epochsDone;
    private long steps;
    private boolean gradientsPending;
    private @Nullable FitPlan plan;
    private @Nullable Progress progress;
    private List<Callback> fitCallbacks = List.of();
    private boolean closed;

    private Learner(Builder builder) {
        this.data = builder.data;
        this.model = builder.model;
        this.loss = builder.loss.get();
        this.optimizer = builder.optimizer;
        this.metrics = List.copyOf(builder.metrics);
        this.seed = builder.seed;
        this.trainNorm = builder.trainNorm;
        this.defaultRate = builder.learningRate;
        List<Callback> all = new ArrayList<>();
        if (builder.guard) {
            all.add(new NonFiniteGuard());
        }
        all.add(builder.progress);
        all.addAll(builder.callbacks);
        this.callbacks = List.copyOf(all);
        model.initialize(seed.fold("weights"));
        List<List<Layer>> layers = builder.groups.apply(model);
        List<ParamGroup> made = new ArrayList<>();
        for (int i = 0; i < layers.size(); i++) {
            made.add(ParamGroup.of(Integer.toString(i), params(layers.get(i))));
        }
        this.groups = List.copyOf(made);
        checkGroups();
        this.updater = optimizer.over(groups);
    }

    private static List<Param> params(List<Layer> layers) {
        List<Param> params = new ArrayList<>();
        for (Layer layer : layers) {
            params.addAll(LayerTree.params(layer).values());
        }
        return params;
    }

    private void checkGroups() {
        long grouped = groups.stream().mapToLong(group -> group.params().size()).sum();
        int all = LayerTree.params(model).size();
        if (grouped != all) {
            throw new IllegalArgumentException("Parameter groups hold every parameter of the model once: it has " + all
                    + ", the groups hold " + grouped);
        }
    }

    /** Starts building a learner of a model on data. */
    public static Builder of(DataLoaders data, Layer model) {
        return new Builder(data, model);
    }

    // ---- training

    /** Trains at a constant learning rate. */
    public History fit(int epochs, double rate) {
        return fit(epochs, Rates.of(rate), FitOptions.defaults());
    }

    /** Trains at constant learning rates. */
    public History fit(int epochs, Rates rates, FitOptions options) {
        return run(plans(options).constant(epochs, rates), options);
    }

    /** Trains with the one-cycle policy (Smith 2018; fastai v2's form: cosine up over a quarter, cosine down to rate/1e5). */
    public History fitOneCycle(int epochs, double rate) {
        return fitOneCycle(epochs, Rates.of(rate), FitOptions.defaults());
    }

    /** {@link #fitOneCycle(int, double)} with options. */
    public History fitOneCycle(int epochs, double rate, FitOptions options) {
        return fitOneCycle(epochs, Rates.of(rate), options);
    }

    /** {@link #fitOneCycle(int, double)} with a highest rate for every parameter group. */
    public History fitOneCycle(int epochs, Rates rates) {
        return fitOneCycle(epochs, rates, FitOptions.defaults());
    }

    /** {@link #fitOneCycle(int, double)} with a highest rate for every parameter group, and options. */
    public History fitOneCycle(int epochs, Rates rates, FitOptions options) {
        return run(plans(options).oneCycle("fitOneCycle", epochs, rates, 25, 1e5, .25), options);
    }

    /** Trains at a constant rate for three quarters, then with a cosine down to rate/1e5 (fastai's fit_flat_cos). */
    public History fitFlatCos(int epochs, Rates rates, FitOptions options) {
        return run(plans(options).flatCos(epochs, rates), options);
    }

    /**
     * Trains with warm restarts (Loshchilov and Hutter 2017): {@code cycles} cosines from the rate to 0, the first over
     * {@code length} epochs, each {@code multiplier} times as long as the one before.
     */
    public History fitSgdr(int cycles, int length, int multiplier, Rates rates, FitOptions options) {
        return run(plans(options).sgdr(cycles, length, multiplier, rates), options);
    }

    /**
     * Fine-tunes a pretrained model: frozen for an epoch at the rate, then unfrozen for {@code epochs} at half of it with the first group
     * a hundredth (fastai's fine_tune).
     */
    public History fineTune(int epochs, double rate, FitOptions options) {
        freeze();
        run(plans(options).oneCycle("fineTune", 1, Rates.slice(rate), 25, 1e5, .99), options);
        unfreeze();
        return run(
                plans(options).oneCycle("fineTune", epochs, Rates.slice(rate / 2 / 100, rate / 2), 5, 1e5, .3), options);
    }

    private FitPlans plans(FitOptions options) {
        return new FitPlans(groups.size(), optimizer, options);
    }

    /** Carries out a plan made elsewhere. */
    public History run(FitPlan newPlan, FitOptions options) {
        return exclusively(() -> {
            plan = newPlan;
            progress = new Progress();
            fitCallbacks = options.callbacks();
            return loop();
        });
    }

    /**
     * Continues a fit from a checkpoint file, bit for bit as if it had not been interrupted; give the callbacks of the fit
     * again in the options.
     *
     * @throws org.learn4j.persist.ModelFormatException if the file is damaged or does not fit this learner
     */
    public History resume(Path checkpoint, FitOptions options) {
        return exclusively(() -> {
            fitCallbacks = options.callbacks();
            Checkpoint.read(this, checkpoint);
            return loop();
        });
    }

    private History loop() {
        cancelled = false;
        List<Callback> all = new ArrayList<>(callbacks);
        all.addAll(fitCallbacks);
        FitPlan current = requirePlan();
        new TrainingLoop(this, current, requireProgress(), all, history).run();
        return history;
    }

    private <T> T exclusively(Supplier<T> action) {
        requireOpen();
        if (!busy.compareAndSet(false, true)) {
            throw new IllegalStateException("This learner is training already; one thread trains at a time");
        }
        try {
            return action.get();
        } finally {
            busy.set(false);
        }
    }

    /** Asks a running fit to end after the current batch. May be called from any thread. */
    public void cancel() {
        cancelled = true;
    }

    boolean isCancelled() {
        return cancelled;
    }

    /**
     * Tries growing learning rates on copies of nothing: weights, running statistics and optimizer are restored afterwards
     * (Smith 2015; fastai's lr_find: from 1e-7 to 10 in 100 batches).
     */
    public LearningRates findLearningRate() {
        return findLearningRate(1e-7, 10, 100);
    }

    /** {@link #findLearningRate()} over another range, in another number of batches. */
    public LearningRates findLearningRate(double from, double to, int batches) {
        return exclusively(() -> LearningRateFinder.run(this, from, to, batches));
    }

    // ---- freezing

    /** Freezes all parameter groups but the last; normalisation layers stay trainable unless told otherwise at building. */
    public void freeze() {
        if (groups.size() < 2) {
            throw new IllegalStateException("freeze() needs more than one parameter group, this learner has "
                    + groups.size() + "; give Learner.of(…).groups(…)");
        }
        freezeTo(groups.size() - 1);
    }

    /** Makes all parameter groups trainable. */
    public void unfreeze() {
        freezeTo(0);
    }

    /** Freezes the groups before {@code group} (negative counts from the end) and unfreezes the others. The optimizer forgets its state. */
    public void freezeTo(int group) {
        int first = group < 0 ? group + groups.size() : group;
        if (first < 0 || first >= groups.size()) {
            throw new IndexOutOfBoundsException(
                    "There are " + groups.size() + " parameter groups, received freezeTo(" + group + ")");
        }
        frozenTo = first;
        for (int i = 0; i < groups.size(); i++) {
            groups.get(i).trainable(i >= first, trainNorm);
        }
        updater.reset();
    }

    // ---- using

    /** Returns {@code valid_loss} and the metrics on the validation items. */
    public Map<String, Double> validate() {
        return validate(requireValid());
    }

    /** Returns {@code valid_loss} and the metrics on another loader's items. */
    public Map<String, Double> validate(DataLoader loader) {
        return exclusively(() -> {
            FitContext context = new FitContext(this, FitPlans.none(), history);
            return new Validation(this).run(loader, context, new Callbacks(List.of(), context));
        });
    }

    private DataLoader requireValid() {
        return data.valid()
                .orElseThrow(() -> new IllegalStateException("This learner's data has no validation items"));
    }

    /** Returns predictions for the validation items in row order, with each item's loss. */
    public Predictions predictions() {
        return predictions(requireValid());
    }

    /** Returns predictions for the items of a loader, in the data set's order whatever the loader's. */
    public Predictions predictions(DataLoader loader) {
        return exclusively(() -> {
            try (DataLoader ordered = loader.inOrder()) {
                return Predicting.run(model, loss, ordered, pool);
            }
        });
    }

    /** Returns predictions for all items of a data set, which needs no targets, in row order. */
    public Predictions predictions(Dataset dataset) {
        int[] all = IntStream.range(0, dataset.size()).toArray();
        try (DataLoader loader = DataLoader.of(dataset)
                .items(all)
                .batchSize(data.train().batchSize())
                .build()) {
            return predictions(loader);
        }
    }

    /** Returns layers, output shapes, parameters and what is trainable, as a table of text. */
    public String summary() {
        return exclusively(() -> Summary.of(this));
    }

    // ---- files

    /** Writes weights, running statistics and optimizer state, atomically. */
    public void save(Path path) {
        Checkpoint.writeWeights(this, path);
    }

    /** Reads what {@link #save} or a checkpoint wrote into this learner's model and, if it fits, optimizer. */
    public void load(Path path) {
        exclusively(() -> {
            Checkpoint.readWeights(this, path);
            return path;
        });
    }

    /** {@link #load} for callbacks at the end of a fit, on the thread that trains. */
    public void loadInFit(Path path) {
        Checkpoint.readWeights(this, path);
    }

    /** Writes all it takes to {@link #resume} exactly, atomically. Callable from a callback after any batch. */
    public void saveCheckpoint(Path path) {
        Checkpoint.write(this, path);
    }

    /** Writes a self-contained model for {@link TrainedModel#load}: recipe, weights, classes, loss and history. */
    public void export(Path path) {
        TrainedModel.write(this, path);
    }

    // ---- parts

    /** Returns the model. */
    public Layer model() {
        return model;
    }

    /** Returns the data. */
    public DataLoaders data() {
        return data;
    }

    /** Returns the loss. */
    public Loss loss() {
        return loss;
    }

    /** Returns the metrics. */
    public List<Metric> metrics() {
        return metrics;
    }

    /** Returns the optimizer's recipe. */
    public Optimizer optimizer() {
        return optimizer;
    }

    /** Returns the parameter groups. */
    public List<ParamGroup> groups() {
        return groups;
    }

    /** Returns what has been recorded in this learner's life. */
    public History history() {
        return history;
    }

    /** Returns the seed everything random follows from. */
    public Seed seed() {
        return seed;
    }

    /** Returns the learning rate used where none is given, 1e-3 by default. */
    public double defaultRate() {
        return defaultRate;
    }

    /** Returns the number of groups that are frozen, apart from normalisation. */
    public int frozenTo() {
        return frozenTo;
    }

    /** Returns the number of training batches worked on. */
    public long steps() {
        return steps;
    }

    /** Returns the number of epochs finished. */
    public int epochsDone() {
        return epochsDone;
    }

    OptimizerState updater() {
        return updater;
    }

    MemoryPool pool() {
        return pool;
    }

    List<Callback> callbacks() {
        List<Callback> all = new ArrayList<>(callbacks);
        all.addAll(fitCallbacks);
        return all;
    }

    Seed stepSeed() {
        return seed.fold("step").fold(steps);
    }

    Seed nextStepSeed() {
        steps++;
        return stepSeed();
    }

    void epochDone() {
        epochsDone++;
    }

    FitPlan requirePlan() {
        return Optional.ofNullable(plan).orElseThrow(() -> new IllegalStateException("No fit has been started"));
    }

    Progress requireProgress() {
        return Optional.ofNullable(progress).orElseThrow(() -> new IllegalStateException("No fit has been started"));
    }

    void clearGradientsUnlessPending() {
        if (!gradientsPending) {
            groups.forEach(ParamGroup::clearGradients);
        }
        gradientsPending = false;
    }

    void restore(FitPlan savedPlan, Progress savedProgress, int savedEpochs, long savedSteps, boolean pending) {
        plan = savedPlan;
        progress = savedProgress;
        restoreCounters(savedEpochs, savedSteps);
        gradientsPending = pending;
    }

    void restoreCounters(int savedEpochs, long savedSteps) {
        epochsDone = savedEpochs;
        steps = savedSteps;
    }

    private void requireOpen() {
        if (closed) {
            throw new IllegalStateException("This learner was closed");
        }
    }

    /** Frees the memory of model, optimizer and batches. Calling it again does nothing. */
    @Override
    public void close() {
        if (closed) {
            return;
        }
        if (busy.get()) {
            throw new IllegalStateException("This learner is training; cancel() it and wait before closing it");
        }
        closed = true;
        updater.close();
        groups.forEach(ParamGroup::close);
        model.close();
        data.close();
        pool.close();
    }

    @Override
    public String toString() {
        return "Learner(" + model + ", " + loss.name() + ", " + optimizer + ")";
    }

    /** Settings of a learner. */
    public static final class Builder {
        private final DataLoaders data;
        private final Layer model;
        private Supplier<Loss> loss;
        private Optimizer optimizer = Optimizer.adam();
        private List<Metric> metrics = List.of();
        private final List<Callback> callbacks = new ArrayList<>();
        private Callback progress = ProgressDisplay.automatic();
        private Function<Layer, List<List<Layer>>> groups = whole -> List.of(List.of(whole));
        private Seed seed = Seed.of(42);
        private double learningRate = 1e-3;
        private boolean trainNorm = true;
        private boolean guard = true;

        private Builder(DataLoaders data, Layer model) {
            this.data = data;
            this.model = model;
            this.loss = () -> DefaultLoss.of(data);
        }

        /** Sets the loss; cross entropy for class indices and mean squared error for numbers by default. */
        public Builder loss(Loss chosen) {
            this.loss = () -> chosen;
            return this;
        }

        /** Sets the optimizer; Adam with decoupled weight decay by default. */
        public Builder optimizer(Optimizer chosen) {
            this.optimizer = chosen;
            return this;
        }

        /** Sets the metrics computed after each epoch; none by default. */
        public Builder metrics(Metric... chosen) {
            this.metrics = List.of(chosen);
            return this;
        }

        /** Adds callbacks for every fit. */
        public Builder callbacks(Callback... more) {
            callbacks.addAll(List.of(more));
            return this;
        }

        /** Sets how progress is shown; a bar on a terminal, plain lines elsewhere by default. */
        public Builder progress(Callback display) {
            this.progress = display;
            return this;
        }

        /** Shows no progress. */
        public Builder silent() {
            return progress(ProgressDisplay.silent());
        }

        /** Sets how layers are put into parameter groups, from the input's side to the output's; one group by default. */
        public Builder groups(Function<Layer, List<List<Layer>>> splitter) {
            this.groups = splitter;
            return this;
        }

        /** Sets the seed of weights, dropout and everything else random but the data's order; 42 by default. */
        public Builder seed(long number) {
            this.seed = Seed.of(number);
            return this;
        }

        /** Sets the learning rate used where none is given, 1e-3 by default. */
        public Builder learningRate(double rate) {
            if (!(rate > 0) || Double.isInfinite(rate)) {
                throw new IllegalArgumentException("A learning rate is positive and finite, received " + rate);
            }
            this.learningRate = rate;
            return this;
        }

        /** Sets whether normalisation layers of frozen groups stay trainable, true by default (fastai's train_bn). */
        public Builder trainNorm(boolean stays) {
            this.trainNorm = stays;
            return this;
        }

        /** Lets training go on with losses and gradients that are not finite; for experiments only. */
        public Builder withoutNonFiniteGuard() {
            this.guard = false;
            return this;
        }

        /** Initialises the model's missing weights and returns the learner. */
        public Learner build() {
            return new Learner(this);
        }
    }
}
