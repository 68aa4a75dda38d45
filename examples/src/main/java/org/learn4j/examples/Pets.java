package org.learn4j.examples;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import java.util.concurrent.Callable;
import org.learn4j.interpret.ClassificationInterpretation;
import org.learn4j.learn.FitOptions;
import org.learn4j.learn.History;
import org.learn4j.metric.Metric;
import org.learn4j.schedule.Rates;
import org.learn4j.vision.ImagePredictor;
import org.learn4j.vision.VisionLearner;
import org.learn4j.vision.augment.Augmentations;
import org.learn4j.vision.data.ImageData;
import org.learn4j.vision.data.Normalization;
import org.learn4j.vision.image.Image;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/**
 * The second half of fast.ai's lesson 6 (2019): cats and dogs of 37 breeds. A pretrained body learns in two stages, frozen and whole, then once
 * more on larger pictures; what it confuses, its worst mistakes, and where it looked.
 */
@Command(
        name = "pets",
        mixinStandardHelpOptions = true,
        description = "Fine-tunes a pretrained network on photos of pets, in the lesson's stages.")
final class Pets implements Callable<Integer> {
    private static final String BREED = "/([^/]+)_\\d+.jpg$";

    @Option(names = "--data", required = true, description = "folder with photos such as Maine_Coon_100.jpg")
    private Path data = Path.of("");

    @Option(names = "--weights", required = true, description = "the body's weights: safetensors or PyTorch")
    private Path weights = Path.of("");

    @Option(
            names = "--model",
            description = "the body's architecture: ${COMPLETION-CANDIDATES}; ${DEFAULT-VALUE} by default")
    private Architecture model = Architecture.squeezenet1_0;

    @Option(names = "--size", description = "pixels of the first stages, ${DEFAULT-VALUE} by default")
    private int size = 224;

    @Option(names = "--larger", description = "pixels of the last stage, ${DEFAULT-VALUE} by default; 0 leaves it out")
    private int larger = 288;

    @Option(names = "--batch-size", description = "photos of a batch, ${DEFAULT-VALUE} by default")
    private int batchSize = 16;

    @Option(names = "--frozen", description = "epochs with the body frozen, ${DEFAULT-VALUE} by default")
    private int frozen = 8;

    @Option(names = "--whole", description = "epochs with the whole network, ${DEFAULT-VALUE} by default")
    private int whole = 6;

    @Option(names = "--seed", description = "seed of weights, order and augmentation, ${DEFAULT-VALUE} by default")
    private long seed = 1;

    @Option(names = "--out", description = "folder for pictures and the model, ${DEFAULT-VALUE} by default")
    private Path out = Path.of("out");

    @Override
    public Integer call() throws IOException {
        Files.createDirectories(out);
        long start = System.nanoTime();
        ImageData pets = ImageData.fromFolder(data)
                .labelByRegex(BREED)
                .splitRandomly(0.2, 2)
                .transforms(Augmentations.standard()
                        .maxRotate(20)
                        .maxZoom(1.3)
                        .maxLighting(0.4)
                        .maxWarp(0.4)
                        .affineProbability(1)
                        .lightingProbability(1))
                .size(size)
                .batchSize(batchSize)
                .normalize(Normalization.IMAGENET)
                .seed(seed)
                .build();
        System.out.println(pets);
        pets.showBatch(out.resolve("pets.png"));
        try (VisionLearner learner = VisionLearner.of(pets, model.backbone().pretrained(weights))
                .head(head -> head.finalBatchNorm())
                .metrics(Metric.errorRate())
                .seed(seed)
                .build()) {
            System.out.println(learner.summary());
            System.out.println("stage 1: frozen");
            learner.fitOneCycle(frozen, Rates.of(1e-2), FitOptions.defaults().startOfFall(0.8));
            double before = report("frozen", learner, pets);
            learner.unfreeze();
            System.out.println("stage 2: whole");
            learner.fitOneCycle(whole, Rates.slice(1e-5, 3e-4));
            double after = report("whole", learner, pets);
            if (larger > 0) {
                learner.replaceImages(pets.withSize(larger));
                System.out.println("stage 3: " + larger + " pixels");
                learner.fitOneCycle(2, Rates.slice(1e-6, 1e-4));
                report("larger", learner, pets);
            }
            interpret(learner);
            serve(learner);
            System.out.printf(
                    Locale.ROOT, "%d s in all; frozen %.4f%n", (System.nanoTime() - start) / 1_000_000_000L, before);
            System.out.printf(Locale.ROOT, "error_rate %.4f%n", after);
        }
        return 0;
    }

    private static double report(String stage, VisionLearner learner, ImageData pets) {
        History.Epoch last =
                learner.history().epochs().get(learner.history().epochs().size() - 1);
        double error = learner.history().last("error_rate");
        System.out.printf(
                Locale.ROOT,
                "%s: error_rate %.4f, %.0f images/s%n",
                stage,
                error,
                (pets.split().train().length + pets.split().valid().length) / last.seconds());
        return error;
    }

    private void interpret(VisionLearner learner) {
        ClassificationInterpretation interpretation = ClassificationInterpretation.of(learner);
        interpretation.confusionChart(false).save(out.resolve("pets-confusion.png"));
        System.out.println("most confused:");
        interpretation.mostConfused(2).stream()
                .limit(10)
                .forEach(pair -> System.out.println(
                        "  " + pair.count() + " " + pair.actual() + " taken for " + pair.predicted()));
        learner.plotTopLosses(out.resolve("pets-top-losses.png"), 9, false);
        learner.plotTopLosses(out.resolve("pets-heat-maps.png"), 9, true);
    }

    /** Exports the model and asks it about a photo, as a service would. */
    private void serve(VisionLearner learner) {
        Path file = out.resolve("pets.safetensors");
        learner.export(file);
        int item = learner.images().split().valid()[0];
        Image photo = learner.images().image(item);
        try (ImagePredictor predictor = ImagePredictor.load(file)) {
            System.out.println(learner.images().label(item) + " -> " + predictor.predict(photo));
        }
    }
}
