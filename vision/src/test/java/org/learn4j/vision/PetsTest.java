package org.learn4j.vision;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.nio.file.Path;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.learn4j.hooks.HeatMap;
import org.learn4j.metric.Metric;
import org.learn4j.testkit.RealData;
import org.learn4j.vision.augment.Augmentations;
import org.learn4j.vision.data.ImageData;
import org.learn4j.vision.data.Normalization;
import org.learn4j.vision.image.Image;
import org.learn4j.vision.model.SqueezeNet;

/** A pretrained network on real photos: all steps of the lesson at the smallest size that means something. */
class PetsTest {
    private static final List<String> BREEDS = List.of("Birman", "Bombay", "samoyed", "saint_bernard", "Sphynx");

    @Test
    void twoFrozenEpochsOnAFewBreedsAreFarBetterThanChance(@TempDir Path out) {
        Path folder = RealData.find("pets-256");
        Path weights = RealData.find("squeezenet", "squeezenet1_0-deepcompressed.safetensors");
        List<Path> files =
                BREEDS.stream().flatMap(breed -> photos(folder, breed).stream()).toList();
        ImageData pets = ImageData.fromFiles(files)
                .labelByRegex("/([^/]+)_\\d+.jpg$")
                .splitRandomly(0.25, 2)
                .transforms(Augmentations.standard())
                .size(96)
                .batchSize(16)
                .normalize(Normalization.IMAGENET)
                .build();
        assertThat(pets.classes()).hasSize(BREEDS.size());
        try (VisionLearner learner = VisionLearner.of(
                        pets, SqueezeNet.squeezenet1_0().pretrained(weights))
                .metrics(Metric.errorRate())
                .silent()
                .build()) {
            learner.fitOneCycle(2, 1e-2);
            assertThat(learner.history().last("error_rate")).isLessThan(0.5); // chance is .8
            Path photo = pets.path(pets.split().valid()[0]).orElseThrow();
            HeatMap map =
                    learner.heatMap(Image.of(photo), pets.label(pets.split().valid()[0]));
            assertThat(map.rows()).isGreaterThan(3);
            learner.plotTopLosses(out.resolve("losses.png"), 4, true);
            learner.export(out.resolve("pets.safetensors"));
            try (ImagePredictor predictor = ImagePredictor.load(out.resolve("pets.safetensors"))) {
                assertThat(predictor.predict(photo).values())
                        .containsExactly(learner.predict(photo).values(), within(1e-5));
            }
        }
    }

    private static List<Path> photos(Path folder, String breed) {
        ImageData all = ImageData.fromFolder(folder).size(96).build();
        return IntStream.range(0, all.size())
                .mapToObj(item -> all.path(item).orElseThrow())
                .filter(file -> String.valueOf(file.getFileName()).startsWith(breed + "_"))
                .limit(20)
                .toList();
    }
}
