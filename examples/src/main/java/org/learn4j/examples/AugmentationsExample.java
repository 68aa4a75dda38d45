package org.learn4j.examples;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.learn4j.examples.shapes.ShapePicture;
import org.learn4j.plot.PictureGrid;
import org.learn4j.tensor.Seed;
import org.learn4j.vision.augment.Augmentations;
import org.learn4j.vision.augment.ResizeMethod;
import org.learn4j.vision.image.Image;
import org.learn4j.vision.image.PaddingMode;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** The lesson's tip, "look at your augmented pictures": one photo varied 3 × 5 times, the same way with each padding mode. */
@Command(
        name = "augmentations",
        mixinStandardHelpOptions = true,
        description = "Draws one photo augmented 3 × 5 times, with the three padding modes.")
final class AugmentationsExample implements Callable<Integer> {
    private static final int ROWS = 3;
    private static final int COLUMNS = 5;

    @Option(names = "--image", description = "a photo; a generated picture without it")
    private Optional<Path> image = Optional.empty();

    @Option(names = "--size", description = "pixels, ${DEFAULT-VALUE} by default")
    private int size = 224;

    @Option(names = "--seed", description = "seed of what is drawn, ${DEFAULT-VALUE} by default")
    private long seed = 1;

    @Option(names = "--out", description = "folder for the pictures, ${DEFAULT-VALUE} by default")
    private Path out = Path.of("out");

    @Override
    public Integer call() throws IOException {
        Files.createDirectories(out);
        Image photo = image.map(Image::of)
                .orElseGet(() ->
                        Image.of(ShapePicture.draw(4, size, Seed.of(3)).get(3).image()));
        Augmentations lesson = Augmentations.standard()
                .maxRotate(20)
                .maxZoom(1.3)
                .maxLighting(0.4)
                .maxWarp(0.4)
                .affineProbability(1)
                .lightingProbability(1);
        PictureGrid modes = PictureGrid.columns(COLUMNS).cells(size, size);
        for (PaddingMode mode : PaddingMode.values()) {
            String name = mode.name().toLowerCase(Locale.ROOT);
            PictureGrid grid = PictureGrid.columns(COLUMNS).cells(size, size);
            for (int i = 0; i < ROWS * COLUMNS; i++) {
                Image varied = lesson.padding(mode)
                        .plan(Seed.of(seed).fold(i), photo, size, size, ResizeMethod.CROP)
                        .draw(photo);
                grid.add("", varied.toBufferedImage());
                if (i < COLUMNS) {
                    modes.add(i == 0 ? name : "", varied.toBufferedImage());
                }
            }
            Path file = out.resolve("augmented-" + name + ".png");
            grid.save(file);
            System.out.println("written: " + file);
        }
        Path file = out.resolve("padding-modes.png");
        modes.save(file);
        System.out.println("written: " + file);
        return 0;
    }
}
