package org.learn4j.learn;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.learn4j.data.DataLoader;
import org.learn4j.data.Dataset;
import org.learn4j.data.Field;
import org.learn4j.loss.Loss;
import org.learn4j.nn.Layer;
import org.learn4j.nn.LayerRegistry;
import org.learn4j.nn.Pass;
import org.learn4j.persist.Json;
import org.learn4j.persist.JsonPlace;
import org.learn4j.tensor.DType;
import org.learn4j.tensor.MemoryPool;
import org.learn4j.tensor.Seed;
import org.learn4j.tensor.Shape;
import org.learn4j.tensor.ShapeMismatchException;
import org.learn4j.tensor.Tensor;
import org.learn4j.tensor.TensorScope;

/**
 * A model for predictions, loaded from one file that {@link Learner#export} wrote; the code that trained it is not needed.
 * Thread-safe.
 *
 * <pre>{@code
 * try (TrainedModel model = TrainedModel.load(Path.of("digits.safetensors"))) {
 *     Prediction prediction = model.predict(pixels);        // float[784]
 *     System.out.println(prediction.label() + " " + prediction.confidence());
 * }
 * }</pre>
 */
public final class TrainedModel implements AutoCloseable {
    private final Layer model;
    private final Loss loss;
    private final List<Field> inputs;
    private final List<String> classes;
    private final MemoryPool pool = new MemoryPool();

    private TrainedModel(Layer model, Loss loss, List<Field> inputs, List<String> classes) {
        this.model = model;
        this.loss = loss;
        this.inputs = inputs;
        this.classes = classes;
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
        ModelFile.write(path, manifest, ModelFile.prefixed(ModelFile.MODEL, ModelFile.tensors(learner.model())));
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
        return ModelFile.read(path, List.of("model"), (file, manifest) -> {
            Layer model = registry.build(manifest.get("recipe"));
            try {
                Loss loss = Loss.fromJson(manifest.get("loss"));
                List<Field> inputs = new ArrayList<>();
                for (JsonPlace field : manifest.get("inputs").items()) {
                    inputs.add(field(field));
                }
                List<String> classes = manifest.get("classes").texts();
                model.initialize(Seed.of(0));
                ModelFile.readModel(file, model);
                return new TrainedModel(model, loss, inputs, classes);
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
                    return new Field(place.get("name").text(), known, Shape.of(place.get("shape").wholes()));
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

    /** Returns the network. */
    public Layer network() {
        return model;
    }

    /**
     * Predicts for one item with one input of FLOAT32 numbers in row-major order.
     *
     * @throws ShapeMismatchException if the model has another kind of input
     */
    public Prediction predict(float... input) {
        Field field = inputs.get(0);
        if (inputs.size() != 1 || field.dtype() != DType.FLOAT32 || field.shape().elements() != input.length) {
            throw new ShapeMismatchException("This model expects " + inputs + ", received " + input.length + " numbers");
        }
        try (TensorScope scope = pool.scope()) {
            Tensor row = Tensor.of(input, Shape.of(1).concat(field.shape()).dims());
            Tensor output = model.call(Pass.evaluation(), row);
            double[] values = loss.activation(output).toDoubles();
            double decoded = loss.decode(output).toDoubles()[0];
            return new Prediction(values, decoded, classes);
        }
    }

    /** Predicts for all items of a data set, in row order. */
    public Predictions predict(Dataset dataset) {
        try (DataLoader loader = DataLoader.of(dataset).batchSize(256).build()) {
            return Predicting.run(model, loss, loader, pool);
        }
    }

    /** Frees the memory. */
    @Override
    public void close() {
        model.close();
        pool.close();
    }
}
