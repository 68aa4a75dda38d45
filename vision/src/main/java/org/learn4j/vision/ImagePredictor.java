package org.learn4j.vision;

import java.awt.image.BufferedImage;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import java.util.function.Supplier;
import org.learn4j.autograd.NoGrad;
import org.learn4j.data.Field;
import org.learn4j.learn.TrainedModel;
import org.learn4j.nn.LayerRegistry;
import org.learn4j.persist.JsonPlace;
import org.learn4j.persist.ModelFormatException;
import org.learn4j.tensor.Shape;
import org.learn4j.tensor.ShapeMismatchException;
import org.learn4j.tensor.Tensor;
import org.learn4j.tensor.TensorScope;
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
 *
 * <p>For very many pictures there is {@link TrainedModel#predict(org.learn4j.data.Dataset)}, which decodes on threads of its own:
 * {@code predictor.model().predict(EncodedImages.ofFiles(predictor.encoder(), files))}.
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

    /** Loads an exported model with layers of one's own, which a registry knows; they are tried on an empty batch. */
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

    /** Checks that the network can read what pictures become, and has an output for each class; computes nothing. */
    private static void requireFit(JsonPlace extension, ImageEncoder encoder, TrainedModel model) {
        Shape read = Shape.of(encoder.channels(), encoder.height(), encoder.width());
        List<Shape> inputs = model.inputs().stream().map(Field::shape).toList();
        if (!inputs.equals(List.of(read))) {
            throw extension.expected("pictures of the shape of the network's inputs " + inputs);
        }
        Shape outputs;
        try (TensorScope scope = TensorScope.open();
                NoGrad noGrad = NoGrad.open()) {
            outputs = model.network()
                    .predict(Tensor.zeros(Shape.of(0).concat(read).dims()))
                    .shape();
        } catch (IllegalArgumentException mismatch) {
            throw extension.expected("pictures that the network can read (" + mismatch.getMessage() + ")");
        }
        if (!outputs.equals(Shape.of(0, model.classes().size()))) {
            throw extension.expected("an output for each of " + model.classes().size() + " classes from a network that"
                    + " gives " + outputs);
        }
    }

    /** Returns the names of the classes. */
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

    /**
     * Predicts for the bytes of a file, an upload perhaps.
     *
     * @throws org.learn4j.vision.image.ImageFormatException if they are no picture
     */
    public ImagePrediction predict(byte[] file) {
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
        Shape batch = batchOf(images, encoder);
        return all(
                () -> images.shape().rank() == batch.rank() ? images.detach() : images.unsqueeze(0),
                Math.toIntExact(batch.dim(0)));
    }

    /** Returns the shape [n, channels, height, width] of encoded pictures, or of one without the first axis. */
    static Shape batchOf(Tensor images, ImageEncoder encoder) {
        Shape shape = images.shape();
        if (shape.rank() < 3 || shape.rank() > 4 || shape.dim(-3) != encoder.channels()) {
            throw new ShapeMismatchException(
                    "Pictures of shape [n, " + encoder.channels() + ", height, width] are expected, received " + shape);
        }
        return shape.rank() == 4 ? shape : Shape.of(1).concat(shape);
    }

    /**
     * Predicts for several pictures in one pass, which takes memory for all of them; answers are those one by one but for
     * rounding.
     */
    public List<ImagePrediction> predict(List<Image> images) {
        return images.isEmpty() ? List.of() : all(() -> encoder.encode(images.toArray(new Image[0])), images.size());
    }

    private ImagePrediction one(Supplier<Tensor> batch) {
        return all(batch, 1).get(0);
    }

    private List<ImagePrediction> all(Supplier<Tensor> batch, int count) {
        double[] values = model.predict(() -> new Tensor[] {Objects.requireNonNull(batch.get())});
        return ImagePrediction.each(count, values, model.classes(), model.loss());
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
