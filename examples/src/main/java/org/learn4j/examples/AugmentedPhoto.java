package org.learn4j.examples;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import org.learn4j.autograd.PaddingMode;
import org.learn4j.plot.PictureGrid;
import org.learn4j.tensor.Seed;
import org.learn4j.vision.augment.Augmentations;
import org.learn4j.vision.augment.ResizeMethod;
import org.learn4j.vision.image.Image;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** One photo varied as in training, five times for each way of filling what lies outside it: the lesson's tip to look at that. */
@Command(
        name = "augmentations",
        mixinStandardHelpOptions = true,
        description = "Draws one photo augmented 3 x 5 times, with each padding mode.")
final class AugmentedPhoto implements Callable<Integer> {
    private static final int COLUMNS = 5;

    @Option(names = "--image", description = "the photo; a drawing by default")
    private @Nullable Path image;

    @Option(names = "--size", description = "size of each picture, ${DEFAULT-VALUE} by default")
    private int size = 224;

    @Option(names = "--out", description = "folder for the picture, ${DEFAULT-VALUE} by default")
    private Path out = Path.of("out", "augmentations");

    @Override
    public Integer call() throws Exception {
        Files.createDirectories(out);
        Image photo = image == null ? house() : Image.of(image);
        Augmentations lesson = Augmentations.standard()
                .maxRotate(20)
                .maxZoom(1.3)
                .maxLighting(0.4)
                .maxWarp(0.4)
                .affineProbability(1)
                .lightingProbability(1);
        PictureGrid grid = PictureGrid.columns(COLUMNS);
        for (PaddingMode padding : PaddingMode.values()) {
            for (int i = 0; i < COLUMNS; i++) {
                Image varied = lesson.padding(padding)
                        .plan(Seed.of(3).fold(i), photo, size, size, ResizeMethod.CROP)
                        .render(photo);
                grid.add(padding.name().toLowerCase(Locale.ROOT), varied.toBufferedImage());
            }
        }
        Path picture = out.resolve("augmentations.png");
        grid.save(picture);
        System.out.println("wrote " + picture);
        return 0;
    }

    /** A house under the sun. */
    private static Image house() {
        return Image.of(384, 256, (x, y) -> {
            if (Math.hypot(x - 310, y - 50) < 26) {
                return 0xFFD040;
            }
            if (x >= 110 && x < 250 && y >= 120 && y < 215) {
                boolean door = x >= 165 && x < 195 && y >= 160;
                boolean window = y >= 140 && y < 165 && (x >= 125 && x < 150 || x >= 210 && x < 235);
                return door ? 0x603010 : window ? 0xA0D0F0 : 0xD8C8B0;
            }
            if (y >= 65 && y < 120 && Math.abs(x - 180) < 1.5 * (y - 65)) {
                return 0xA03028;
            }
            return y < 200 ? 0x80B0E0 - y / 3 : (x / 3 + y) % 7 == 0 ? 0x3C8038 : 0x489040;
        });
    }
}
