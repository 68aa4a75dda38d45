package org.learn4j.learn;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.learn4j.data.DataLoader;
import org.learn4j.data.DataLoaders;
import org.learn4j.data.Dataset;
import org.learn4j.data.Field;
import org.learn4j.loss.Loss;
import org.learn4j.metric.Metric;
import org.learn4j.nn.Layer;
import org.learn4j.nn.LayerTree;
import org.learn4j.nn.Param;
import org.learn4j.nn.ParamGroup;
import org.learn4j.optim.Optimizer;
import org.learn4j.optim.OptimizerState;
import org.learn4j.persist.Json;
import org.learn4j.persist.LastGood;
import org.learn4j.schedule.Rates;
import org.learn4j.tensor.DType;
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
 * <p>The learner owns the model from now on: closing it frees all memory. One thread trains at a time, others are
 * refused; {@link #cancel} may be called from any. Subclasses are learners of a certain kind of data, which add verbs and know what an
 * exported model needs besides the network ({@link #extension}).
 */
public class Learner implements AutoCloseable {
    private volatile DataLoaders data;
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
    private final AtomicReference<@Nullable Thread> user = new AtomicReference<>();
    private volatile boolean cancelled;
    private volatile boolean closed;
    private int frozenTo;
    private int epochsDone;
    private long steps;
    private boolean stepping;
    private boolean gradientsPending;
    private @Nullable FitPlan plan;
    private @Nullable Progress progress;
    private List<NextFit> next = List.of();
    private List<Callback> fitCallbacks = List.of();

    /**
     * Creates a learner that a builder describes; for subclasses.
     *
     * @see Builder#build
     */
    protected Learner(Builder builder) {
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
        List<List<Param>> params = grouped(model, builder.groups.apply(model));
        List<ParamGroup> made = new ArrayList<>();
        try {
            model.initialize(seed.fold("weights"));
            for (List<Param> group : params) {
                made.add(ParamGroup.of(Integer.toString(made.size()), group));
            }
            this.groups = List.copyOf(made);
            this.updater = optimizer.over(groups);
        } catch (RuntimeException | Error failure) {
            made.forEach(ParamGroup::close);
            model.close();
            throw failure;
        }
    }

    /** Returns the parameters of each group, one that several layers share once. */
    private static List<List<Param>> grouped(Layer model, List<List<Layer>> layers) {
        List<List<Param>> groups = new ArrayList<>();
        Set<Param> grouped = Collections.newSetFromMap(new IdentityHashMap<>());
        int places = 0;
        for (List<Layer> group : layers) {
            Set<Param> seen = Collections.newSetFromMap(new IdentityHashMap<>());
            List<Param> params = new ArrayList<>();
            for (Layer layer : group) {
                LayerTree.params(layer).values().stream().filter(seen::add).forEach(params::add);
            }
            groups.add(params);
            grouped.addAll(params);
            places += params.size();
        }
        Set<Param> all = Collections.newSetFromMap(new IdentityHashMap<>());
        all.addAll(LayerTree.params(model).values());
        if (layers.isEmpty() || places != grouped.size() || !grouped.equals(all)) {
            throw new IllegalArgumentException(
                    "Parameter groups hold every parameter of the model once: it has " + all.size() + ", the "
                            + groups.size() + " groups hold " + places + ", " + grouped.size() + " of them different");
        }
        return groups;
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

    /**
     * Trains with the one-cycle policy (Smith 2018; fastai v2's form: cosine up over a quarter, cosine down to
     * rate/1e5).
     */
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
     * Fine-tunes a pretrained model: frozen for an epoch at the rate, then unfrozen for {@code epochs} at half of it
     * with the first group a hundredth (fastai's fine_tune). Where the rate starts to fall, and the divisors, can be
     * chosen for the second part.
     */
    public History fineTune(int epochs, double rate, FitOptions options) {
        FitPlans plans = plans(options);
        FitPlan head = plans(options.withoutShape()).oneCycle("fineTune", 1, Rates.slice(rate), 25, 1e5, .99);
        FitPlan whole = plans.oneCycle("fineTune", epochs, Rates.slice(rate / 2 / 100, rate / 2), 5, 1e5, .3);
        return exclusively(() -> {
            freeze();
            return start(head, List.of(new NextFit(0, whole)), options);
        });
    }

    /** {@link #fineTune(int, double, FitOptions)} without options. */
    public History fineTune(int epochs, double rate) {
        return fineTune(epochs, rate, FitOptions.defaults());
    }

    private FitPlans plans(FitOptions options) {
        return new FitPlans(groups.size(), optimizer, options);
    }

    /** Carries out a plan made elsewhere. */
    public History run(FitPlan newPlan, FitOptions options) {
        return exclusively(() -> start(newPlan, List.of(), options));
    }

    private History start(FitPlan first, List<NextFit> following, FitOptions options) {
        plan = first;
        progress = new Progress();
        next = following;
        gradientsPending = false;
        fitCallbacks = options.callbacks();
        return loop();
    }

    /**
     * Continues a fit from a checkpoint file, bit for bit as if it had not been interrupted; give the callbacks of the
     * fit again in the options. If the file is damaged, the one that {@link org.learn4j.callback.Checkpoints} kept
     * beside it, with {@code .previous} added to its name, is used instead, with a warning in the log.
     *
     * @throws org.learn4j.persist.ModelFormatException if the file is damaged or does not fit this learner, which has
     *     not changed then
     * @throws java.io.UncheckedIOException if it cannot be read
     */
    public History resume(Path checkpoint, FitOptions options) {
        return exclusively(() -> {
            fitCallbacks = options.callbacks();
            List<Path> candidates = new ArrayList<>(List.of(checkpoint));
            Path previous = checkpoint.resolveSibling(checkpoint.getFileName() + ".previous");
            if (Files.exists(previous)) {
                candidates.add(previous);
            }
            LastGood.load(candidates, file -> {
                Checkpoint.read(this, file);
                return file;
            });
            return loop();
        });
    }

    /** Carries out the plan, and those that follow it unless asked to stop. */
    private History loop() {
        requireOwnModel();
        while (true) {
            new TrainingLoop(this, requirePlan(), requireProgress(), callbacks(), history, data.valid()).run();
            if (next.isEmpty() || cancelled || Thread.currentThread().isInterrupted()) {
                return history;
            }
            NextFit following = next.get(0);
            freezeTo(following.frozenTo());
            plan = following.plan();
            progress = new Progress();
            next = next.subList(1, next.size());
        }
    }

    /** Checks that no other learner was built on this one's model: it would train in memory that is not ours. */
    private void requireOwnModel() {
        for (ParamGroup group : groups) {
            for (Param param : group.params()) {
                if (param.value().storage() != group.values().storage()) {
                    throw new IllegalStateException(
                            "The parameter " + param + " of this learner's model is no longer in its"
                                    + " memory: another learner was built on the same model. Use that one");
                }
            }
        }
    }

    /** Runs what nothing else may run beside. */
    private <T> T exclusively(Supplier<T> action) {
        Thread thread = Thread.currentThread();
        if (user.get() == thread) {
            throw new IllegalStateException("This learner is training already; a callback cannot start another fit");
        }
        requireOpen();
        occupy("");
        try {
            requireOpen();
            cancelled = false;
            return action.get();
        } finally {
            user.set(null);
        }
    }

    /** Runs what callbacks may also do, on the thread that trains. */
    private <T> T using(Supplier<T> action) {
        if (user.get() == Thread.currentThread()) {
            return action.get();
        }
        return exclusively(action);
    }

    private void occupy(String advice) {
        if (!user.compareAndSet(null, Thread.currentThread())) {
            Thread other = user.get();
            throw new IllegalStateException(
                    "This learner is in use already" + (other == null ? "" : " by the thread " + other.getName())
                            + "; one thread uses it at a time" + advice);
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
     * Tries growing learning rates: weights, running statistics and optimizer are restored afterwards (Smith 2015;
     * fastai's lr_find: from 1e-7 to 10 in 100 batches). The learner's callbacks take no part in it.
     */
    public LearningRates findLearningRate() {
        return findLearningRate(1e-7, 10, 100);
    }

    /** {@link #findLearningRate()} over another range, in another number of batches. */
    public LearningRates findLearningRate(double from, double to, int batches) {
        return exclusively(() -> {
            requireOwnModel();
            return LearningRateFinder.run(this, from, to, batches);
        });
    }

    // ---- freezing

    /**
     * Freezes all parameter groups but the last; normalisation layers stay trainable unless told otherwise at
     * building.
     */
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

    /**
     * Freezes the groups before {@code group} (negative counts from the end) and unfreezes the others. The optimizer
     * forgets its state.
     */
    public void freezeTo(int group) {
        int first = group < 0 ? group + groups.size() : group;
        if (first < 0 || first >= groups.size()) {
            throw new IndexOutOfBoundsException(
                    "There are " + groups.size() + " parameter groups, received freezeTo(" + group + ")");
        }
        using(() -> {
            frozenTo = first;
            for (int i = 0; i < groups.size(); i++) {
                groups.get(i).trainable(i >= first, trainNorm);
            }
            updater.reset();
            return first;
        });
    }

    // ---- using

    /** Returns {@code valid_loss} and the metrics on the validation items. */
    public Map<String, Double> validate() {
        return validate(requireValid());
    }

    /** Returns {@code valid_loss} and the metrics on another loader's items. */
    public Map<String, Double> validate(DataLoader loader) {
        return using(() -> {
            FitContext context = new FitContext(this, FitPlans.none(), history);
            return new Validation(this, context, new Callbacks(List.of(), context))
                    .run(loader, () -> false)
                    .orElseThrow();
        });
    }

    private DataLoader requireValid() {
        return data.valid().orElseThrow(() -> new IllegalStateException("This learner's data has no validation items"));
    }

    /** Returns predictions for the validation items in row order, with each item's loss. */
    public Predictions predictions() {
        return predictions(requireValid());
    }

    /** Returns predictions for the items of a loader, in the data set's order whatever the loader's. */
    public Predictions predictions(DataLoader loader) {
        return using(() -> {
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
        return using(() -> Summary.of(this));
    }

    /**
     * Replaces the data and trains on with the same model: on larger images, say (fastai's progressive resizing). The learner owns the new
     * data and closes the old.
     *
     * @throws IllegalArgumentException if inputs or target are of another type, or the classes others
     * @throws IllegalStateException while a thread uses the learner, a callback of a fit too
     */
    public void replaceData(DataLoaders other) {
        exclusively(() -> {
            Dataset before = data.train().dataset();
            Dataset after = other.train().dataset();
            if (!types(before).equals(types(after)) || !before.classes().equals(after.classes())) {
                throw new IllegalArgumentException("replaceData expects inputs and target " + types(before)
                        + " and classes " + before.classes() + ", received " + types(after) + " and "
                        + after.classes());
            }
            DataLoaders old = data;
            if (old != other) {
                data = other;
                old.close();
            }
            return other;
        });
    }

    private static List<DType> types(Dataset dataset) {
        return Stream.concat(dataset.inputs().stream(), dataset.target().stream())
                .map(Field::dtype)
                .toList();
    }

    // ---- files

    /**
     * Writes weights, running statistics and optimizer state, atomically. Callbacks may call it; other threads than
     * the one that trains may not.
     *
     * @throws java.io.UncheckedIOException if the file cannot be written, naming the path
     */
    public void save(Path path) {
        using(() -> {
            Checkpoint.writeWeights(this, path);
            return path;
        });
    }

    /**
     * Reads what {@link #save}, {@link #export} or a checkpoint wrote into this learner's model and, if it fits,
     * optimizer; else the optimizer starts anew.
     *
     * @throws org.learn4j.persist.ModelFormatException if the file is damaged or does not fit the model, which has not
     *     changed then
     * @throws java.io.UncheckedIOException if it cannot be read
     */
    public void load(Path path) {
        using(() -> {
            Checkpoint.readWeights(this, path);
            return path;
        });
    }

    /** {@link #load}, for callbacks on the thread that trains. */
    public void loadInFit(Path path) {
        load(path);
    }

    /**
     * Writes all it takes to {@link #resume} exactly, atomically. Callable from a callback between batches: after a
     * training batch's step, validation or epoch; a callback that does so has the stage {@link Callback.Stage#SAVE},
     * so that what others decide is in the file.
     *
     * @throws IllegalStateException within a training batch, before its step is done, or if no fit was started
     * @throws java.io.UncheckedIOException if the file cannot be written, naming the path
     */
    public void saveCheckpoint(Path path) {
        using(() -> {
            if (stepping) {
                throw new IllegalStateException(
                        "A checkpoint is taken between batches: in afterStep, afterBatch or later");
            }
            Checkpoint.write(this, path);
            return path;
        });
    }

    /**
     * Writes a self-contained model for {@link TrainedModel#load}: recipe, weights, classes, loss and history.
     *
     * @throws java.io.UncheckedIOException if the file cannot be written, naming the path
     */
    public void export(Path path) {
        using(() -> {
            TrainedModel.write(this, path);
            return path;
        });
    }

    /**
     * Returns what an exported model holds besides the network, for {@link TrainedModel#extension}: how rows become its inputs, say.
     * Nothing by default.
     */
    protected Json.Fields extension() {
        return Json.object();
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

    /** Counts a training batch and returns its seed. */
    Seed startStep() {
        steps++;
        stepping = true;
        return stepSeed();
    }

    /**
     * Ends a training batch, if it has not ended; one that was not worked on to its end does not count, nor its
     * gradients.
     */
    void endStep(boolean done) {
        if (stepping && !done) {
            steps--;
            groups.forEach(ParamGroup::clearGradients);
        }
        stepping = false;
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

    List<NextFit> next() {
        return next;
    }

    void restore(FitPlan savedPlan, Progress savedProgress, List<NextFit> savedNext, boolean pending) {
        plan = savedPlan;
        progress = savedProgress;
        next = savedNext;
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

    /**
     * Frees the memory of model, optimizer and batches. Calling it again does nothing.
     *
     * @throws IllegalStateException while a thread uses the learner
     */
    @Override
    public void close() {
        if (closed) {
            return;
        }
        occupy(": cancel() it and wait before closing it");
        try {
            closed = true;
            updater.close();
            groups.forEach(ParamGroup::close);
            model.close();
            data.close();
            pool.close();
        } finally {
            user.set(null);
        }
    }

    /**
     * A fit that follows another.
     *
     * @param frozenTo what is frozen in it
     * @param plan what it does
     */
    record NextFit(int frozenTo, FitPlan plan) {}

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

        /**
         * Sets how layers are put into parameter groups, from the input's side to the output's; one group by default.
         */
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

        /**
         * Initialises the model's missing weights and returns the learner, which owns model and data from now on.
         *
         * @throws IllegalArgumentException if the groups do not hold every parameter of the model once, or the data
         *     has no
         *     targets and no loss was chosen
         * @throws org.learn4j.tensor.TensorMemoryException if there is no memory for it; the model is closed then
         */
        public Learner build() {
            return new Learner(this);
        }
    }
}
