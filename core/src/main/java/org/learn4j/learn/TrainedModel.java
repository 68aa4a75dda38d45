package org.learn4j.learn;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.locks.Lock;
import java.util.concurrent.locks.ReadWriteLock;
import java.util.concurrent.locks.ReentrantReadWriteLock;
import java.util.function.Function;
import java.util.function.Supplier;
import org.learn4j.autograd.NoGrad;
import org.learn4j.data.DataLoader;
import org.learn4j.data.Dataset;
import org.learn4j.data.Field;
import org.learn4j.loss.Loss;
import org.learn4j.nn.Folding;
import org.learn4j.nn.Layer;
import org.learn4j.nn.LayerRegistry;
import org.learn4j.nn.Pass;
import org.learn4j.persist.Json;
import org.learn4j.persist.JsonPlace;
import org.learn4j.tensor.DType;
import org.learn4j.tensor.MemoryPool;
import org.learn4j.tensor.Shape;
import org.learn4j.tensor.ShapeMismatchException;
import org.learn4j.tensor.Tensor;
import org.learn4j.tensor.TensorScope;

/**
 * A model for predictions, loaded from one file that {@link Learner#export} wrote; the code that trained it is not
 * needed. Thread-safe.
 *
 * <pre>{@code
 * try (TrainedModel model = TrainedModel.load(Path.of("digits.safetensors"))) {
 *     Prediction prediction = model.predict(pixels);        // float[784]
 *     System.out.println(prediction.label() + " " + prediction.confidence());
 * }
 * }</pre>
 */
public final class TrainedModel implements AutoCloseable {
    private static final int BATCH = 256;

    private final Layer model;
    private final Loss loss;
    private final List<Field> inputs;
    private final List<String> classes;
    private final JsonPlace extension;
    private final MemoryPool pool = new MemoryPool();
    private final Lock users;
    private final Lock closer;
    private boolean closed;

    private TrainedModel(Layer model, Loss loss, List<Field> inputs, List<String> classes, JsonPlace extension) {
        this.model = model;
        this.extension = extension;
        this.loss = loss;
        this.inputs = inputs;
        this.classes = classes;
        ReadWriteLock lock = new ReentrantReadWriteLock();
        this.users = lock.readLock();
        this.closer = lock.writeLock();
    }

    static void write(Learner learner, Path path) {
        List<Json> inputs = new ArrayList<>();
        for (Field field : learner.data().train().dataset().inputs()) {
            inputs.add(Json.object()
                    .with("name", field.name())
                    .with("dtype", field.dtype().name())
                    .with("shape", Json.wholes(field.shape().dims())));
        }
        Json.Fields manifest = ModelFile.manifest("model", learner.model())
                .with("inputs", Json.array(inputs))
                .with("classes", Json.texts(learner.data().classes()))
                .with("loss", learner.loss().recipe())
                .with("seed", learner.seed().value())
                .with("history", learner.history().toJson());
        Json.Fields extension = learner.extension();
        if (!extension.values().isEmpty()) {
            manifest = manifest.with("extension", extension);
        }
        ModelFile.write(path, manifest, ModelFile.named(ModelFile.MODEL, ModelFile.tensors(learner.model())));
    }

    /**
     * Loads an exported model made of this library's layers.
     *
     * @throws org.learn4j.persist.ModelFormatException if the file is damaged, of another kind, or names unknown layers
     */
    public static TrainedModel load(Path path) {
        return load(path, LayerRegistry.standard());
    }

    /** Loads an exported model whose layers a registry knows. */
    public static TrainedModel load(Path path, LayerRegistry registry) {
        return load(path, registry, Loss::fromJson);
    }

    /**
     * Loads an exported model that was trained with a loss of the user's own, whose function is not in the file.
     *
     * @throws org.learn4j.persist.ModelFormatException if it was trained with another loss, or see {@link #load(Path)}
     */
    public static TrainedModel load(Path path, LayerRegistry registry, Loss loss) {
        return load(path, registry, recipe -> {
            if (!recipe.value().equals(loss.recipe())) {
                throw recipe.expected("the recipe of the loss " + loss.name());
            }
            return loss;
        });
    }

    private static TrainedModel load(Path path, LayerRegistry registry, Function<JsonPlace, Loss> losses) {
        return ModelFile.read(path, List.of("model"), (file, manifest) -> {
            Loss loss = losses.apply(manifest.get("loss"));
            List<Field> inputs = new ArrayList<>();
            for (JsonPlace field : manifest.get("inputs").items()) {
                inputs.add(field(field));
            }
            List<String> classes = manifest.get("classes").texts();
            Layer model = registry.build(manifest.get("recipe"));
            try {
                ModelFile.readInto(model, file);
                Folding.fold(model);
                JsonPlace extension = manifest.find("extension").orElseGet(() -> JsonPlace.of(Json.object()));
                return new TrainedModel(model, loss, List.copyOf(inputs), classes, extension);
            } catch (RuntimeException | Error failure) {
                model.close();
                throw failure;
            }
        });
    }

    private static Field field(JsonPlace place) {
        String dtype = place.get("dtype").text();
        for (DType known : DType.values()) {
            if (known.name().equals(dtype)) {
                try {
                    return new Field(
                            place.get("name").text(),
                            known,
                            Shape.of(place.get("shape").wholes()));
                } catch (IllegalArgumentException | ArithmeticException invalid) {
                    throw place.get("shape").expected("a shape");
                }
            }
        }
        throw place.get("dtype").expected("a tensor type");
    }

    /** Returns the model's inputs. */
    public List<Field> inputs() {
        return inputs;
    }

    /** Returns the names of the classes; empty if the target has none. */
    public List<String> classes() {
        return classes;
    }

    /** Returns the network, folded ({@link Folding}): it predicts and does not train. */
    public Layer network() {
        return model;
    }

    /** Returns the loss the network was trained with, which knows what its outputs mean. */
    public Loss loss() {
        return loss;
    }

    /** Returns what the learner added for its kind of data ({@link Learner#extension}); an empty object by default. */
    public JsonPlace extension() {
        return extension;
    }

    /**
     * Predicts for a batch given as the model's inputs: returns the activation of its output ([n, …] in row-major order) as
     * numbers.
     *
     * @param batch makes the inputs; they and everything computed from them are freed before this returns
     */
    public double[] predict(Supplier<Tensor[]> batch) {
        return using(() -> {
            try (TensorScope scope = pool.scope();
                    NoGrad noGrad = NoGrad.open()) {
                return loss.activation(model.call(Pass.evaluation(), batch.get()))
                        .toDoubles();
            }
        });
    }

    /**
     * Predicts for one item with one input of FLOAT32 numbers in row-major order.
     *
     * @throws ShapeMismatchException if the model has another kind of input
     */
    public Prediction predict(float... input) {
        Field field = inputs.isEmpty() ? null : inputs.get(0);
        if (field == null
                || inputs.size() != 1
                || field.dtype() != DType.FLOAT32
                || field.shape().elements() != input.length) {
            throw new ShapeMismatchException(
                    "This model expects " + inputs + ", received " + input.length + " numbers");
        }
        return using(() -> {
            try (TensorScope scope = pool.scope();
                    NoGrad noGrad = NoGrad.open()) {
                Tensor row = Tensor.of(input, Shape.of(1).concat(field.shape()).dims());
                Tensor output = model.call(Pass.evaluation(), row);
                double[] values = loss.activation(output).toDoubles();
                double decoded = loss.decode(output).toDoubles()[0];
                return new Prediction(values, decoded, classes);
            }
        });
    }

    /** Predicts for all items of a data set, in row order. */
    public Predictions predict(Dataset dataset) {
        return using(() -> {
            try (DataLoader loader = DataLoader.of(dataset).batchSize(BATCH).build()) {
                return Predicting.run(model, loss, loader, pool);
            }
        });
    }

    private <T> T using(Supplier<T> action) {
        users.lock();
        try {
            if (closed) {
                throw new IllegalStateException("This model was closed");
            }
            return action.get();
        } finally {
            users.unlock();
        }
    }

    /** Frees the memory, once the predictions under way are done. Calling it again does nothing. */
    @Override
    public void close() {
        closer.lock();
        try {
            closed = true;
            model.close();
            pool.close();
        } finally {
            closer.unlock();
        }
    }

    @Override
    public String toString() {
        return "TrainedModel(" + model + ", " + loss.name() + ")";
    }
}
