package org.learn4j.tabular.model;

import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.learn4j.nn.Activation;
import org.learn4j.nn.BatchNorm1d;
import org.learn4j.nn.Dropout;
import org.learn4j.nn.Embeddings;
import org.learn4j.nn.Init;
import org.learn4j.nn.Layer;
import org.learn4j.nn.LayerRegistry;
import org.learn4j.nn.Linear;
import org.learn4j.nn.MixesWithin;
import org.learn4j.nn.Pass;
import org.learn4j.nn.Recipe;
import org.learn4j.nn.Sequential;
import org.learn4j.nn.SigmoidRange;
import org.learn4j.persist.Json;
import org.learn4j.persist.JsonPlace;
import org.learn4j.tensor.ShapeMismatchException;
import org.learn4j.tensor.Tensor;

/**
 * The network for tables, as fastai v1 lays it out: an embedding for each categorical column, dropout over all of them, batch norm over the
 * continuous columns, both side by side into hidden layers of linear, ReLU, batch norm and dropout, and a last linear layer.
 *
 * <pre>{@code
 * TabularModel model = TabularModel.of(Embeddings.sized(1116, 8, 4), 16, 1)
 *         .layers(1000, 500).dropout(0.001, 0.01).embeddingDropout(0.04).yRange(0, 11).build();
 * Tensor sales = model.predict(codes, numbers);           // INT32 [n, 3], FLOAT32 [n, 16] give [n, 1]
 * }</pre>
 *
 * <p>Inputs are codes [n, categorical columns] INT32, then numbers [n, continuous columns]; only one of them where there are no columns
 * for the other. fastai v2 differs: no bias before a ReLU (v1's are kept here).
 */
public final class TabularModel implements MixesWithin {
    /** The name of this type in files. */
    public static final String TYPE = "TabularModel";

    private static final String EMBEDDINGS = "embeds";
    private static final String DROPOUT = "emb_drop";
    private static final String NORM = "bn_cont";
    private static final String LAYERS = "layers";

    private final @Nullable Embeddings embeddings;
    private final @Nullable Dropout dropout;
    private final @Nullable BatchNorm1d norm;
    private final int continuous;
    private final Sequential layers;
    private final Map<String, Layer> children;

    private TabularModel(
            @Nullable Embeddings embeddings,
            @Nullable Dropout dropout,
            @Nullable BatchNorm1d norm,
            int continuous,
            Sequential layers) {
        this.embeddings = embeddings;
        this.dropout = dropout;
        this.norm = norm;
        this.continuous = continuous;
        this.layers = layers;
        Map<String, Layer> all = new LinkedHashMap<>();
        put(all, EMBEDDINGS, embeddings);
        put(all, DROPOUT, dropout);
        put(all, NORM, norm);
        all.put(LAYERS, layers);
        this.children = Collections.unmodifiableMap(all);
    }

    private static void put(Map<String, Layer> all, String name, @Nullable Layer layer) {
        if (layer != null) {
            all.put(name, layer);
        }
    }

    /**
     * Starts building a network for categorical columns, and continuous ones if there are any.
     *
     * @param embeddings a table for each categorical column
     * @param continuous the number of continuous columns
     * @param outputs the number of values or classes to predict
     */
    public static Builder of(Embeddings embeddings, int continuous, int outputs) {
        return new Builder(embeddings, continuous, outputs);
    }

    /** Starts building a network for continuous columns alone. */
    public static Builder of(int continuous, int outputs) {
        return new Builder(null, continuous, outputs);
    }

    /** Returns the embedding of each categorical column; nothing if there are none. */
    public Optional<Embeddings> embeddings() {
        return Optional.ofNullable(embeddings);
    }

    /** Returns what lies behind embeddings and numbers side by side. */
    public Sequential layers() {
        return layers;
    }

    /** Returns the number of continuous columns. */
    public int continuous() {
        return continuous;
    }

    @Override
    public Tensor forward(Pass pass, Tensor... inputs) {
        int kinds = (embeddings == null ? 0 : 1) + (continuous == 0 ? 0 : 1);
        boolean mixed = inputs.length == kinds + 2;
        if (inputs.length != kinds && !mixed) {
            throw new ShapeMismatchException("TabularModel expects "
                    + (embeddings == null
                            ? ""
                            : "codes [n, " + embeddings.tables().size() + "]")
                    + (kinds == 2 ? " and " : "")
                    + (continuous == 0 ? "" : "numbers [n, " + continuous + "]") + ", received " + inputs.length
                    + " inputs");
        }
        List<Tensor> sides = new ArrayList<>();
        if (embeddings != null) {
            Tensor vectors = call(EMBEDDINGS, embeddings, pass, inputs[0]);
            vectors = mixed ? MixesWithin.mix(vectors, inputs[kinds], inputs[kinds + 1]) : vectors;
            sides.add(dropout == null ? vectors : call(DROPOUT, dropout, pass, vectors));
        }
        if (continuous > 0) {
            Tensor numbers = inputs[kinds - 1];
            if (numbers.shape().rank() != 2 || numbers.shape().dim(1) != continuous) {
                throw new ShapeMismatchException(
                        "TabularModel expects numbers [n, " + continuous + "], received " + numbers.shape());
            }
            numbers = mixed ? MixesWithin.mix(numbers, inputs[kinds], inputs[kinds + 1]) : numbers;
            sides.add(norm == null ? numbers : call(NORM, norm, pass, numbers));
        }
        Tensor x = sides.size() == 1 ? sides.get(0) : Tensor.concat(1, sides.toArray(new Tensor[0]));
        return call(LAYERS, layers, pass, x);
    }

    private static Tensor call(String name, Layer layer, Pass pass, Tensor input) {
        try {
            return layer.call(pass, input);
        } catch (ShapeMismatchException mismatch) {
            throw mismatch.at(name);
        }
    }

    @Override
    public Map<String, Layer> children() {
        return children;
    }

    @Override
    public Recipe recipe() {
        return Recipe.of(TYPE, Json.object().with("continuous", continuous), children);
    }

    /** Returns a registry that knows this type too. */
    public static LayerRegistry register(LayerRegistry registry) {
        return registry.with(TYPE, TabularModel::build);
    }

    private static TabularModel build(JsonPlace settings, Map<String, Layer> parts) {
        settings.allow("continuous");
        int continuous = settings.get("continuous").integer();
        Map<String, Layer> left = new LinkedHashMap<>(parts);
        Embeddings embeddings = part(left, EMBEDDINGS, Embeddings.class);
        Dropout dropout = part(left, DROPOUT, Dropout.class);
        BatchNorm1d norm = part(left, NORM, BatchNorm1d.class);
        Sequential layers = part(left, LAYERS, Sequential.class);
        if (layers == null || !left.isEmpty() || continuous < 0 || embeddings == null && continuous == 0) {
            throw new IllegalArgumentException("children " + LAYERS + " and, as needed, " + EMBEDDINGS + ", " + DROPOUT
                    + " and " + NORM + ", received " + parts.keySet() + " and " + continuous + " continuous columns");
        }
        return new TabularModel(embeddings, dropout, norm, continuous, layers);
    }

    private static <T extends Layer> @Nullable T part(Map<String, Layer> parts, String name, Class<T> type) {
        Layer layer = parts.remove(name);
        if (layer != null && !type.isInstance(layer)) {
            throw new IllegalArgumentException(
                    "a " + name + " of type " + type.getSimpleName() + ", received " + layer);
        }
        return type.cast(layer);
    }

    @Override
    public String toString() {
        StringBuilder text = new StringBuilder(TYPE).append('(');
        children.forEach((name, layer) -> text.append("\n  ")
                .append(name)
                .append(": ")
                .append(layer.toString().replace("\n", "\n  ")));
        return text.append("\n)").toString();
    }

    /** Settings of the network. */
    public static final class Builder {
        private final @Nullable Embeddings embeddings;
        private final int continuous;
        private final int outputs;
        private int[] sizes = {200, 100};
        private double[] dropout = {};
        private double embeddingDropout;
        private boolean norm = true;
        private boolean normContinuous = true;
        private boolean normFinal;
        private @Nullable Init init;
        private @Nullable Init biasInit;
        private @Nullable SigmoidRange range;

        private Builder(@Nullable Embeddings embeddings, int continuous, int outputs) {
            if (continuous < 0 || outputs < 1 || embeddings == null && continuous == 0) {
                throw new IllegalArgumentException(
                        "A TabularModel expects at least one column and one output, received "
                                + (embeddings == null ? 0 : embeddings.tables().size()) + " categorical and "
                                + continuous
                                + " continuous columns and " + outputs + " outputs");
            }
            this.embeddings = embeddings;
            this.continuous = continuous;
            this.outputs = outputs;
        }

        /** Sets the sizes of the hidden layers, 200 and 100 by default; none makes a linear model. */
        public Builder layers(int... hidden) {
            this.sizes = hidden.clone();
            return this;
        }

        /**
         * Sets the dropout behind the hidden layers: one probability for all of them or one for each; 0 by default (fastai's
         * ps).
         */
        public Builder dropout(double... probabilities) {
            this.dropout = probabilities.clone();
            return this;
        }

        /** Sets the dropout over the embeddings side by side, 0 by default (fastai's emb_drop). */
        public Builder embeddingDropout(double probability) {
            this.embeddingDropout = probability;
            return this;
        }

        /** Leaves out batch norm behind the hidden layers; the one over continuous columns stays (fastai's use_bn=False). */
        public Builder withoutBatchNorm() {
            this.norm = false;
            return this;
        }

        /** Leaves out batch norm over the continuous columns (fastai's bn_cont=False). */
        public Builder withoutContinuousNorm() {
            this.normContinuous = false;
            return this;
        }

        /** Adds batch norm behind the last linear layer (fastai's bn_final). */
        public Builder finalBatchNorm() {
            this.normFinal = true;
            return this;
        }

        /** Sets the initial values of the linear layers' weights and biases; PyTorch's by default. */
        public Builder init(Init weights, Init biases) {
            this.init = weights;
            this.biasInit = biases;
            return this;
        }

        /** Lets outputs lie between two numbers, by {@link SigmoidRange}. */
        public Builder yRange(double low, double high) {
            this.range = SigmoidRange.of(low, high);
            return this;
        }

        /**
         * Returns the network, without weights yet.
         *
         * @throws IllegalArgumentException if there are as many dropout probabilities as neither one nor the hidden layers
         */
        public TabularModel build() {
            if (dropout.length > 1 && dropout.length != sizes.length) {
                throw new IllegalArgumentException("Dropout has one probability or one for each of the " + sizes.length
                        + " hidden layers, received " + dropout.length);
            }
            int width = (embeddings == null ? 0 : embeddings.width()) + continuous;
            List<Layer> stack = new ArrayList<>();
            for (int i = 0; i < sizes.length; i++) {
                stack.add(linear(width, sizes[i]));
                stack.add(Activation.relu());
                if (norm) {
                    stack.add(BatchNorm1d.of(sizes[i]));
                }
                double probability = dropout.length == 0 ? 0 : dropout[dropout.length == 1 ? 0 : i];
                if (probability != 0) {
                    stack.add(Dropout.of(probability));
                }
                width = sizes[i];
            }
            stack.add(linear(width, outputs));
            if (normFinal) {
                stack.add(BatchNorm1d.of(outputs));
            }
            if (range != null) {
                stack.add(range);
            }
            return new TabularModel(
                    embeddings,
                    embeddings == null || embeddingDropout == 0 ? null : Dropout.of(embeddingDropout),
                    continuous == 0 || !normContinuous ? null : BatchNorm1d.of(continuous),
                    continuous,
                    Sequential.of(stack.toArray(new Layer[0])));
        }

        private Linear linear(int inputs, int units) {
            Linear layer = Linear.of(inputs, units);
            return init == null || biasInit == null ? layer : layer.init(init).biasInit(biasInit);
        }
    }
}
