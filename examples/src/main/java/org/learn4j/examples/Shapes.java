package org.learn4j.examples;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import org.learn4j.examples.shapes.ShapeKind;
import org.learn4j.examples.shapes.ShapePicture;
import org.learn4j.hooks.GradCam;
import org.learn4j.hooks.HeatMap;
import org.learn4j.interpret.ClassificationInterpretation;
import org.learn4j.metric.Metric;
import org.learn4j.nn.Activation;
import org.learn4j.nn.AdaptiveAvgPool2d;
import org.learn4j.nn.AvgPool2d;
import org.learn4j.nn.ConvLayer;
import org.learn4j.nn.Flatten;
import org.learn4j.nn.Layer;
import org.learn4j.nn.Linear;
import org.learn4j.nn.Residual;
import org.learn4j.nn.Sequential;
import org.learn4j.plot.PictureGrid;
import org.learn4j.tensor.Seed;
import org.learn4j.tensor.Tensor;
import org.learn4j.vision.ImagePrediction;
import org.learn4j.vision.VisionLearner;
import org.learn4j.vision.augment.Augmentations;
import org.learn4j.vision.data.ImageData;
import org.learn4j.vision.data.Normalization;
import org.learn4j.vision.image.Image;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/**
 * A residual network from nothing, on generated pictures: it learns to tell shapes apart wherever they are, and Grad-CAM shows that it
 * looks at them.
 */
@Command(
        name = "shapes",
        mixinStandardHelpOptions = true,
        description = "Trains a residual network on generated pictures of shapes and asks it where it looks.")
final class Shapes implements Callable<Integer> {
    private static final int SIZE = 64;
    private static final int CHANNELS = 96;
    private static final int SHOWN = 10;

    @Option(names = "--pictures", description = "pictures to draw, ${DEFAULT-VALUE} by default")
    private int pictures = 6000;

    @Option(names = "--epochs", description = "epochs to train, ${DEFAULT-VALUE} by default")
    private int epochs = 8;

    @Option(names = "--rate", description = "the highest learning rate, ${DEFAULT-VALUE} by default")
    private double rate = 1e-2;

    @Option(names = "--seed", description = "seed of everything random, ${DEFAULT-VALUE} by default")
    private long seed = 1;

    @Option(names = "--out", description = "folder for pictures and the model, ${DEFAULT-VALUE} by default")
    private Path out = Path.of("out");

    @Override
    public Integer call() throws IOException {
        Files.createDirectories(out);
        List<ShapePicture> drawn = ShapePicture.draw(pictures, SIZE, Seed.of(seed));
        List<Image> images =
                drawn.stream().map(picture -> Image.of(picture.image())).toList();
        ImageData data = ImageData.fromImages(images)
                .labels(drawn.stream().map(picture -> picture.kind().label()).toList())
                .splitRandomly(0.2, seed)
                .transforms(Augmentations.standard()
                        .flipVertically(true)
                        .maxRotate(45)
                        .maxWarp(0)
                        .affineProbability(1))
                .batchSize(64)
                .normalize(Normalization.IMAGENET)
                .seed(seed)
                .build();
        data.showBatch(out.resolve("shapes.png"));
        Layer body = body();
        Layer head =
                Sequential.of(AdaptiveAvgPool2d.of(1), Flatten.of(), Linear.of(CHANNELS, ShapeKind.values().length));
        try (VisionLearner learner = VisionLearner.of(data, Sequential.of(body, head))
                .metrics(Metric.accuracy())
                .seed(seed)
                .build()) {
            learner.fitOneCycle(epochs, rate);
            ClassificationInterpretation interpretation = ClassificationInterpretation.of(learner);
            System.out.println(interpretation.report());
            interpretation.confusionChart(false).save(out.resolve("shapes-confusion.png"));
            look(learner, GradCam.of(learner.model(), body), drawn);
            learner.export(out.resolve("shapes.safetensors"));
            System.out.printf(Locale.ROOT, "accuracy %.4f%n", learner.history().last("accuracy"));
        }
        return 0;
    }

    /**
     * Returns a small residual network that makes 64 × 64 pixels of three colours into 8 × 8 places of 96 channels. Each place is averaged
     * with its neighbours: what speaks for a shape are its edges, what is to be hot is what they surround.
     */
    private static Sequential body() {
        return Sequential.of(
                ConvLayer.of(3, 24).stride(2),
                block(24, 48, 2),
                block(48, 48, 1),
                block(48, CHANNELS, 2),
                block(CHANNELS, CHANNELS, 1),
                AvgPool2d.of(3).stride(1).padding(1));
    }

    private static Residual block(int inputs, int outputs, int stride) {
        Residual block = Residual.of(Sequential.of(
                        ConvLayer.of(inputs, outputs).stride(stride),
                        ConvLayer.of(outputs, outputs).withoutActivation()))
                .activation(Activation.relu());
        return stride == 1
                ? block
                : block.shortcut(
                        ConvLayer.of(inputs, outputs).kernel(1).stride(stride).withoutActivation());
    }

    /** Asks Grad-CAM where each shape that was recognised is, and counts how often it is right. */
    private void look(VisionLearner learner, GradCam gradCam, List<ShapePicture> drawn) {
        ImageData data = learner.images();
        PictureGrid grid = PictureGrid.columns(5).cells(2 * SIZE, 2 * SIZE);
        int recognised = 0;
        int found = 0;
        for (int item : data.split().valid()) {
            ShapePicture picture = drawn.get(item);
            String kind = picture.kind().label();
            Image image = data.image(item);
            ImagePrediction prediction = learner.predict(image);
            if (!prediction.label().equals(kind)) {
                continue;
            }
            HeatMap map;
            try (Tensor input = data.oneItem(image)) {
                map = gradCam.map(input, data.classes().indexOf(kind));
            }
            HeatMap.Point hottest = map.hottest(SIZE, SIZE);
            recognised++;
            if (picture.object().contains(hottest.x(), hottest.y())) {
                found++;
            }
            if (recognised <= SHOWN) {
                grid.add(kind, map.over(picture.image()));
            }
        }
        if (recognised > 0) {
            grid.save(out.resolve("shapes-heat.png"));
        }
        System.out.printf(
                Locale.ROOT,
                "Grad-CAM's hottest point lies on the shape in %d of %d pictures recognised, %.3f%n",
                found,
                recognised,
                (double) found / recognised);
    }
}
