package org.learn4j.vision;

import java.awt.image.BufferedImage;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.Optional;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;
import org.learn4j.autograd.NoGrad;
import org.learn4j.data.ArrayDataset;
import org.learn4j.data.DataLoader;
import org.learn4j.data.DataLoaders;
import org.learn4j.data.Field;
import org.learn4j.hooks.GradCam;
import org.learn4j.hooks.HeatMap;
import org.learn4j.interpret.ClassificationInterpretation;
import org.learn4j.learn.Callback;
import org.learn4j.learn.Learner;
import org.learn4j.learn.Predictions;
import org.learn4j.loss.Loss;
import org.learn4j.metric.Metric;
import org.learn4j.nn.Layer;
import org.learn4j.nn.Sequential;
import org.learn4j.optim.Optimizer;
import org.learn4j.persist.Json;
import org.learn4j.plot.PictureGrid;
import org.learn4j.tensor.Shape;
import org.learn4j.tensor.ShapeMismatchException;
import org.learn4j.tensor.Tensor;
import org.learn4j.tensor.TensorScope;
import org.learn4j.vision.data.ImageData;
import org.learn4j.vision.data.ImageEncoder;
import org.learn4j.vision.image.Image;
import org.learn4j.vision.model.Backbone;
import org.learn4j.vision.model.Head;

/**
 * A learner of pictures: a body, pretrained perhaps, and a new head (fastai's vision_learner).
 *
 * <pre>{@code
 * try (VisionLearner learner = VisionLearner.of(pets, ResNet.resnet34().pretrained(weights))
 *         .metrics(Metric.errorRate())
 *         .build()) {
 *     learner.fitOneCycle(3, 1e-2);                                        // the head, and the body's batch norms
 *     learner.unfreeze();
 *     learner.fitOneCycle(2, Rates.slice(1e-6, 1e-3));                   // the early layers slowest
 *     learner.heatMap(photo, "Maine_Coon").over(photo.toBufferedImage());  // where it looked
 *     learner.export(Path.of("pets.safetensors"));                         // for ImagePredictor.load
 * }
 * }</pre>
 *
 * <p>A pretrained body is frozen at first, but for its batch norms. The layers are in the groups of fastai: the early part of the
 * body, the rest of it, and the head.
 */
public final class VisionLearner extends Learner {
    private static final int CELL = 224;

    private final @Nullable Layer body;
    private ImageData images;

    private VisionLearner(Learner.Builder builder, ImageData images, @Nullable Layer body) {
        super(builder);
        this.images = images;
        this.body = body;
    }

    /** Starts building a learner of a body and a head. */
    public static Builder of(ImageData data, Backbone backbone) {
        return new Builder(data, backbone, null);
    }

    /** Starts building a learner of a whole network, which has an output for each class. */
    public static Builder of(ImageData data, Layer network) {
        return new Builder(data, null, network);
    }

    /** Returns the pictures it learns from. */
    public ImageData images() {
        return images;
    }

    /** Returns the layers before the head; nothing for a network that came in one. */
    public Optional<Layer> body() {
        return Optional.ofNullable(body);
    }

    /**
     * Trains on with other pictures of the same classes: larger ones, say, {@code images().withSize(352)} (progressive resizing).
     *
     * @throws IllegalArgumentException if the classes are others, or the network cannot take pictures of their size
     */
    public void replaceImages(ImageData other) {
        requireFit(other);
        DataLoaders loaders = other.loaders();
        try {
            replaceData(loaders);
        } catch (RuntimeException | Error failure) {
            loaders.close();
            throw failure;
        }
        images = other;
    }

    /** Checks, with one black picture, that the network takes pictures of this size and has an output for each class. */
    private void requireFit(ImageData data) {
        ImageEncoder encoder = data.encoder();
        Shape expected = Shape.of(1, data.classes().size());
        Shape outputs;
        try (TensorScope scope = TensorScope.open();
                NoGrad noGrad = NoGrad.open()) {
            outputs = model().predict(Tensor.zeros(1, encoder.channels(), encoder.height(), encoder.width()))
                    .shape();
        } catch (ShapeMismatchException mismatch) {
            throw new ShapeMismatchException("The network cannot take pictures of " + encoder.width() + " x "
                    + encoder.height() + " with " + encoder.channels()
                    + (encoder.channels() == 1 ? " channel. " : " channels. ") + mismatch.getMessage());
        }
        if (!outputs.equals(expected)) {
            throw new ShapeMismatchException("A network with an output for each of the "
                    + data.classes().size() + " classes is expected: for one picture " + expected + ", received "
                    + outputs);
        }
    }

    // ---- predicting

    /**
     * Predicts for a file: resized, cut and normalised as validation pictures are, not varied. {@link
     * #predictions(org.learn4j.data.Dataset)} predicts for many at once, given
     * {@link org.learn4j.vision.data.EncodedImages}.
     *
     * @throws org.learn4j.vision.image.ImageFormatException if it cannot be read or is no picture, naming the path
     */
    public ImagePrediction predict(Path file) {
        try (Tensor one = images.encoder().encode(file)) {
            return predict(one).get(0);
        }
    }

    /** Predicts for a picture. */
    public ImagePrediction predict(Image image) {
        try (Tensor one = images.oneItem(image)) {
            return predict(one).get(0);
        }
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
    public List<ImagePrediction> predict(Tensor pictures) {
        Shape batch = ImagePredictor.batchOf(pictures, images.encoder());
        int count = Math.toIntExact(batch.dim(0));
        Field field = Field.image(
                "image", Math.toIntExact(batch.dim(1)), Math.toIntExact(batch.dim(2)), Math.toIntExact(batch.dim(3)));
        float[] numbers;
        try (Tensor whole = pictures.reshape(batch.dims());
                Tensor channelsLast = whole.permute(0, 2, 3, 1)) {
            numbers = channelsLast.toFloats();
        }
        try (Predictions predictions = predictions(ArrayDataset.ofSize(count).input(field, numbers))) {
            return ImagePrediction.each(count, predictions.values().toDoubles(), images.classes(), loss());
        }
    }

    /** {@link #testTimeAugmentation(int, double)} of four varied passes, the plain one with a weight of .25: fastai's numbers. */
    public Predictions testTimeAugmentation() {
        return testTimeAugmentation(4, 0.25);
    }

    /**
     * Returns predictions for the validation pictures, each the mean of several looks (fastai v2's tta): the pictures as they are,
     * and varied as in training. They have no losses.
     *
     * @param passes how many times the pictures are varied
     * @param plainWeight the weight of the plain look in [0, 1]; the others share the rest
     */
    public Predictions testTimeAugmentation(int passes, double plainWeight) {
        if (passes < 1 || !(plainWeight >= 0 && plainWeight <= 1)) {
            throw new IllegalArgumentException("At least one pass and a weight in [0, 1] are expected, received "
                    + passes + " and " + plainWeight);
        }
        try (Predictions plain = predictions()) {
            double[] mean = new double[Math.toIntExact(plain.values().elements())];
            add(plainWeight, plain, mean);
            for (int pass = 0; pass < passes; pass++) {
                try (DataLoader varied = images.variedValidation(pass);
                        Predictions looked = predictions(varied)) {
                    add((1 - plainWeight) / passes, looked, mean);
                }
            }
            return plain.withValues(mean);
        }
    }

    private static void add(double weight, Predictions predictions, double... sum) {
        double[] values = predictions.values().toDoubles();
        for (int i = 0; i < sum.length; i++) {
            sum[i] += weight * values[i];
        }
    }

    // ---- looking into it

    /**
     * Returns where the network finds a class in a picture: Grad-CAM of the body's output.
     *
     * @throws IllegalArgumentException if there is no such class
     * @throws IllegalStateException if the network came in one; use {@link GradCam} with a layer of your choice
     */
    public HeatMap heatMap(Image image, String label) {
        return heatMaps(image, label).get(0);
    }

    /** {@link #heatMap} of several classes in one picture. */
    public List<HeatMap> heatMaps(Image image, String... labels) {
        int[] targets = Arrays.stream(labels).mapToInt(this::classIndex).toArray();
        try (Tensor input = images.oneItem(image)) {
            return GradCam.of(model(), requireBody()).maps(input, targets);
        }
    }

    private int classIndex(String label) {
        int index = images.classes().indexOf(label);
        if (index < 0) {
            throw new IllegalArgumentException(
                    "One of the classes " + images.classes() + " is expected, received \"" + label + "\"");
        }
        return index;
    }

    private Layer requireBody() {
        if (body == null) {
            throw new IllegalStateException("This network has no body and head that could be told apart; use"
                    + " GradCam.of(learner.model(), layer)");
        }
        return body;
    }

    /** Writes the first validation pictures with their label and the prediction, as a PNG (fastai's show_results). */
    public void showResults(Path png) {
        showResults(png, 3, 3);
    }

    /**
     * {@link #showResults(Path)} in rows and columns.
     *
     * @throws IllegalStateException if there are no validation pictures
     */
    public void showResults(Path png, int rows, int columns) {
        int[] valid = images.split().valid();
        int[] chosen = Arrays.copyOf(valid, Math.min(rows * columns, valid.length));
        if (chosen.length == 0) {
            throw new IllegalStateException("There are no validation pictures to show");
        }
        PictureGrid grid = PictureGrid.columns(columns).cells(CELL, CELL);
        for (int item : chosen) {
            Image image = images.image(item);
            grid.add(images.label(item) + "\n" + String.join(";", predict(image).labels()), image.toBufferedImage());
        }
        grid.save(png);
    }

    /**
     * Writes the validation pictures with the largest losses as a PNG: prediction, label, loss and the label's probability, with the
     * heat map of the label if asked (fastai's plot_top_losses).
     *
     * @throws ShapeMismatchException if pictures have several labels
     * @throws IllegalStateException if there are no validation pictures, or no body to take heat maps of
     */
    public void plotTopLosses(Path png, int count, boolean heatMaps) {
        List<ClassificationInterpretation.ItemLoss> worst =
                ClassificationInterpretation.of(this).topLosses(count, true);
        PictureGrid grid =
                PictureGrid.columns((int) Math.ceil(Math.sqrt(worst.size()))).cells(CELL, CELL);
        for (ClassificationInterpretation.ItemLoss item : worst) {
            Image image = images.image(item.item());
            BufferedImage picture = asSeen(image);
            grid.add(
                    String.format(
                            Locale.ROOT,
                            "%s%nis %s%nloss %.2f, p %.2f",
                            item.predicted(),
                            item.actual(),
                            item.loss(),
                            item.probability()),
                    heatMaps ? heatMap(image, item.actual()).over(picture) : picture);
        }
        grid.save(png);
    }

    /** Returns a picture as the network sees it: resized and cut. */
    public BufferedImage asSeen(Image image) {
        try (Tensor input = images.oneItem(image);
                Tensor pixels = images.denormalize(input);
                Tensor one = pixels.squeeze(0)) {
            return Image.of(one).toBufferedImage();
        }
    }

    @Override
    public String toString() {
        return "VisionLearner(" + images.encoder().width() + " x "
                + images.encoder().height() + ", " + images.classes().size() + " classes, " + loss().name() + ", "
                + optimizer() + ")";
    }

    @Override
    protected Json.Fields extension() {
        return Json.object().with(ImageManifest.EXTENSION, ImageManifest.toJson(images.encoder()));
    }

    /** Settings of a learner. */
    public static final class Builder {
        private final ImageData data;
        private final @Nullable Backbone backbone;
        private final @Nullable Layer network;
        private @Nullable Layer head;
        private final List<UnaryOperator<Head>> headSettings = new ArrayList<>();
        private final List<UnaryOperator<Learner.Builder>> learner = new ArrayList<>();

        private Builder(ImageData data, @Nullable Backbone backbone, @Nullable Layer network) {
            this.data = data;
            this.backbone =
                    backbone == null ? null : backbone.channels(data.encoder().channels());
            this.network = network;
        }

        /** Sets the layers behind the body, in place of fastai's head (custom_head). */
        public Builder head(Layer layers) {
            requireBackbone();
            this.head = layers;
            return this;
        }

        /** Sets anything of fastai's head: {@code head -> head.dropout(0.25).finalBatchNorm()}. */
        public Builder head(UnaryOperator<Head> setting) {
            requireBackbone();
            headSettings.add(setting);
            return this;
        }

        private void requireBackbone() {
            if (backbone == null) {
                throw new IllegalStateException("A network that came in one has its head already");
            }
        }

        /** Sets the loss; cross entropy by default, and binary cross entropy where pictures have several labels. */
        public Builder loss(Loss chosen) {
            return learner(base -> base.loss(chosen));
        }

        /** Sets the optimizer; Adam with decoupled weight decay by default. */
        public Builder optimizer(Optimizer chosen) {
            return learner(base -> base.optimizer(chosen));
        }

        /** Sets the metrics computed after each epoch; none by default. */
        public Builder metrics(Metric... chosen) {
            return learner(base -> base.metrics(chosen));
        }

        /** Adds callbacks for every fit. */
        public Builder callbacks(Callback... more) {
            return learner(base -> base.callbacks(more));
        }

        /** Sets how progress is shown. */
        public Builder progress(Callback display) {
            return learner(base -> base.progress(display));
        }

        /** Shows no progress. */
        public Builder silent() {
            return learner(Learner.Builder::silent);
        }

        /** Sets the seed of new weights and dropout, 42 by default; the data has one of its own. */
        public Builder seed(long number) {
            return learner(base -> base.seed(number));
        }

        /** Sets anything of the learner's builder. */
        public Builder learner(UnaryOperator<Learner.Builder> setting) {
            learner.add(setting);
            return this;
        }

        /**
         * Returns the learner; where the body is pretrained it is frozen.
         *
         * @throws IllegalArgumentException if the pictures have no labels or all the same, the network cannot take pictures of
         *     their size or has other outputs than one for each class, or settings do not fit one another
         * @throws org.learn4j.persist.ModelFormatException if the body's weights are damaged or of another architecture
         */
        public VisionLearner build() {
            if (data.classes().isEmpty()) {
                throw new IllegalArgumentException(
                        "A learner of pictures expects labels, these have none: call labelByFolder(), or another");
            }
            if (data.classes().size() < 2 && !data.isMultiLabel()) {
                throw new IllegalArgumentException(
                        "A learner of pictures expects two classes at least, all of these are \""
                                + data.classes().get(0) + "\"");
            }
            return backbone == null ? build(Objects.requireNonNull(network), null, base -> base) : build(backbone);
        }

        private VisionLearner build(Backbone chosen) {
            Layer last = head == null ? standardHead(chosen) : head;
            Layer body = chosen.body();
            VisionLearner made = build(Sequential.of(body, last), body, base -> base.groups(chosen::groups));
            if (chosen.isPretrained()) {
                made.freeze();
            }
            return made;
        }

        private VisionLearner build(Layer model, @Nullable Layer body, UnaryOperator<Learner.Builder> groups) {
            DataLoaders loaders = data.loaders();
            try {
                Learner.Builder base = groups.apply(Learner.of(loaders, model));
                if (data.isMultiLabel()) {
                    base = base.loss(Loss.bceWithLogits());
                }
                for (UnaryOperator<Learner.Builder> setting : learner) {
                    base = setting.apply(base);
                }
                VisionLearner made = new VisionLearner(base, data, body);
                try {
                    made.requireFit(data);
                    return made;
                } catch (RuntimeException | Error failure) {
                    made.close();
                    throw failure;
                }
            } catch (RuntimeException | Error failure) {
                loaders.close();
                model.close();
                throw failure;
            }
        }

        private Layer standardHead(Backbone chosen) {
            Head standard = Head.of(chosen.features(), data.classes().size());
            for (UnaryOperator<Head> setting : headSettings) {
                standard = setting.apply(standard);
            }
            return standard.build();
        }
    }
}
