package org.learn4j.vision;

import java.awt.image.BufferedImage;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.function.Supplier;
import org.learn4j.learn.TrainedModel;
import org.learn4j.nn.LayerRegistry;
import org.learn4j.persist.JsonPlace;
import org.learn4j.persist.ModelFormatException;
import org.learn4j.tensor.Shape;
import org.learn4j.tensor.ShapeMismatchException;
import org.learn4j.tensor.Tensor;
import org.learn4j.vision.data.ImageEncoder;
import org.learn4j.vision.image.Image;
import org.learn4j.vision.model.VisionLayers;

/**
 * Predicts for pictures, from the one file that {@link VisionLearner#export} wrote: network, classes, size and normalisation.
 * Thread-safe.
 *
 * <pre>{@code
 * try (ImagePredictor predictor = ImagePredictor.load(Path.of("pets.safetensors"))) {
 *     System.out.println(predictor.predict(Path.of("cat.jpg")).label());
 * }
 * }</pre>
 */
public final class ImagePredictor implements AutoCloseable {
    private final TrainedModel model;
    private final ImageEncoder encoder;

    private ImagePredictor(TrainedModel model, ImageEncoder encoder) {
        this.model = model;
        this.encoder = encoder;
    }

    /**
     * Loads an exported model.
     *
     * @throws ModelFormatException if the file is damaged, or no model of pictures
     * @throws java.io.UncheckedIOException if it cannot be read, naming the path
     */
    public static ImagePredictor load(Path path) {
        return load(path, LayerRegistry.standard());
    }

    /** Loads an exported model with layers of one's own, which a registry knows. */
    public static ImagePredictor load(Path path, LayerRegistry registry) {
        TrainedModel model = TrainedModel.load(path, VisionLayers.register(registry));
        try {
            JsonPlace extension = model.extension()
                    .find(ImageManifest.EXTENSION)
                    .orElseThrow(() -> new ModelFormatException(
                            path,
                            ModelFormatException.Reason.MISSING,
                            "this model does not say what pictures it reads; was it exported by a VisionLearner?"));
            ImageEncoder encoder = ImageManifest.fromJson(extension);
            requireFit(extension, encoder, model);
            return new ImagePredictor(model, encoder);
        } catch (RuntimeException | Error failure) {
            model.close();
            throw failure;
        }
    }

    /** Checks that the network can read what pictures become, and has an output for each class. */
    private static void requireFit(JsonPlace extension, ImageEncoder encoder, TrainedModel model) {
        int outputs;
        try {
            outputs = model.predict(
                            () -> new Tensor[] {Tensor.zeros(1, encoder.channels(), encoder.height(), encoder.width())})
                    .length;
        } catch (IllegalArgumentException mismatch) {
            throw extension.expected("pictures that the network can read (" + mismatch.getMessage() + ")");
        }
        if (!model.classes().isEmpty() && model.classes().size() != outputs) {
            throw extension.expected("a class for each of the network's " + outputs + " outputs, "
                    + model.classes().size() + " named");
        }
    }

    /** Returns the names of the classes; empty where numbers are predicted. */
    public List<String> classes() {
        return model.classes();
    }

    /** Returns how a picture becomes the network's input. */
    public ImageEncoder encoder() {
        return encoder;
    }

    /** Returns the network and the rest of the file. */
    public TrainedModel model() {
        return model;
    }

    /**
     * Predicts for a file.
     *
     * @throws org.learn4j.vision.image.ImageFormatException if it cannot be read or is no picture, naming the path
     */
    public ImagePrediction predict(Path file) {
        return one(() -> encoder.encode(file));
    }

    /** Predicts for a picture. */
    public ImagePrediction predict(Image image) {
        return one(() -> encoder.encode(image));
    }

    /** Predicts for a picture of AWT. */
    public ImagePrediction predict(BufferedImage picture) {
        return predict(Image.of(picture));
    }

    /**
     * Predicts for pictures that are tensors already: of shape [n, channels, height, width] and normalised, or one without the
     * first axis. Answers are in the order of the batch.
     *
     * @throws ShapeMismatchException if the shape is another; height and width may be any that the network can take
     */
    public List<ImagePrediction> predict(Tensor images) {
        Shape shape = images.shape();
        if (shape.rank() < 3 || shape.rank() > 4 || shape.dim(-3) != encoder.channels()) {
            throw new ShapeMismatchException(
                    "Pictures of shape [n, " + encoder.channels() + ", height, width] are expected, received " + shape);
        }
        return all(
                () -> shape.rank() == 3 ? images.unsqueeze(0) : images.detach(),
                shape.rank() == 3 ? 1 : (int) shape.dim(0));
    }

    /** Predicts for several pictures in one pass. */
    public List<ImagePrediction> predict(List<Image> images) {
        return images.isEmpty() ? List.of() : all(() -> encoder.encode(images.toArray(new Image[0])), images.size());
    }

    private ImagePrediction one(Supplier<Tensor> batch) {
        return all(batch, 1).get(0);
    }

    private List<ImagePrediction> all(Supplier<Tensor> batch, int count) {
        double[] values = model.predict(() -> new Tensor[] {Objects.requireNonNull(batch.get())});
        int outputs = count == 0 ? 0 : values.length / count;
        List<ImagePrediction> predictions = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            predictions.add(new ImagePrediction(
                    Arrays.copyOfRange(values, i * outputs, (i + 1) * outputs), model.classes(), model.loss()));
        }
        return List.copyOf(predictions);
    }

    /** Frees the memory, once the predictions under way are done. */
    @Override
    public void close() {
        model.close();
    }

    @Override
    public String toString() {
        return "ImagePredictor(" + encoder.width() + " x " + encoder.height() + ", "
                + classes().size() + " classes)";
    }
}
