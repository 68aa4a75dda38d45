package org.learn4j.examples;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.stream.IntStream;
import org.learn4j.autograd.PaddingMode;
import org.learn4j.hooks.GradCam;
import org.learn4j.hooks.HeatMap;
import org.learn4j.nn.Layer;
import org.learn4j.nn.Sequential;
import org.learn4j.persist.Json;
import org.learn4j.persist.JsonPlace;
import org.learn4j.plot.PictureGrid;
import org.learn4j.tensor.Tensor;
import org.learn4j.tensor.TensorScope;
import org.learn4j.vision.augment.ResizeMethod;
import org.learn4j.vision.data.ImageEncoder;
import org.learn4j.vision.data.Normalization;
import org.learn4j.vision.image.Image;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** Grad-CAM of a network pretrained on ImageNet: what it sees in a photo, and where. */
@Command(
        name = "heatmap",
        mixinStandardHelpOptions = true,
        description = "Draws where a pretrained network sees classes in a photo.")
final class HeatMapExample implements Callable<Integer> {
    private static final int TOP = 5;

    @Option(names = "--image", required = true, description = "the photo")
    private Path image = Path.of("");

    @Option(names = "--weights", required = true, description = "weights for 1,000 classes: safetensors or PyTorch")
    private Path weights = Path.of("");

    @Option(
            names = "--model",
            description = "their architecture: ${COMPLETION-CANDIDATES}; ${DEFAULT-VALUE} by default")
    private Architecture model = Architecture.squeezenet1_0;

    @Option(
            names = "--names",
            description = "the classes' names: a line for each, or a JSON list; without it classes are numbers")
    private Optional<Path> names = Optional.empty();

    @Option(
            names = "--class",
            description = "a class to look for, by name or number; the most probable one without any")
    private List<String> classes = new ArrayList<>();

    @Option(names = "--size", description = "pixels, ${DEFAULT-VALUE} by default")
    private int size = 224;

    @Option(names = "--out", description = "the picture, ${DEFAULT-VALUE} by default")
    private Path out = Path.of("out", "heatmap.png");

    @Override
    @SuppressWarnings("try") // the scope acts by being open
    public Integer call() throws IOException {
        Image photo = Image.of(image);
        ImageEncoder encoder =
                new ImageEncoder(size, size, ResizeMethod.CROP, PaddingMode.REFLECTION, 3, Normalization.IMAGENET);
        List<String> known = names.isPresent() ? read(names.get()) : List.of();
        try (Sequential network = model.backbone().pretrained(weights).network();
                TensorScope scope = TensorScope.open()) {
            Tensor input = encoder.encode(photo);
            double[] probabilities = network.predict(input).softmax(-1).toDoubles();
            int[] best = best(probabilities);
            int[] targets = classes.isEmpty()
                    ? new int[] {best[0]}
                    : classes.stream()
                            .mapToInt(name -> index(name, known, probabilities.length))
                            .toArray();
            draw(encoder, input, network, known, targets);
            for (int i = 0; i < Math.min(TOP, best.length); i++) {
                System.out.printf(Locale.ROOT, "%.4f %s%n", probabilities[best[i]], name(best[i], known));
            }
        }
        return 0;
    }

    private void draw(ImageEncoder encoder, Tensor input, Sequential network, List<String> known, int... targets)
            throws IOException {
        Image seen = Image.of(encoder.denormalize(input).squeeze(0));
        PictureGrid grid = PictureGrid.columns(targets.length + 1).add("photo", seen.toBufferedImage());
        Layer layer = model.backbone().lastOfBody(network);
        List<HeatMap> maps = GradCam.of(network, layer).maps(input, targets);
        for (int i = 0; i < targets.length; i++) {
            grid.add(name(targets[i], known), maps.get(i).over(seen.toBufferedImage()));
        }
        Path folder = out.toAbsolutePath().getParent();
        if (folder != null) {
            Files.createDirectories(folder);
        }
        grid.save(out);
        System.out.println("written: " + out);
    }

    private static int[] best(double... probabilities) {
        return IntStream.range(0, probabilities.length)
                .boxed()
                .sorted((a, b) -> Double.compare(probabilities[b], probabilities[a]))
                .mapToInt(Integer::intValue)
                .toArray();
    }

    private static String name(int index, List<String> known) {
        return index < known.size() ? known.get(index) : "class " + index;
    }

    private static int index(String name, List<String> known, int count) {
        int found = known.stream().map(HeatMapExample::letters).toList().indexOf(letters(name));
        if (found < 0 && name.matches("\\d{1,6}")) {
            found = Integer.parseInt(name);
        }
        if (found < 0 || found >= count) {
            throw new IllegalArgumentException("A class's name or a number below " + count + " is expected, received \""
                    + name + "\"" + (known.isEmpty() ? "; give --names for names" : ""));
        }
        return found;
    }

    /** Returns a name without what people write in several ways: capitals, spaces, hyphens. */
    private static String letters(String name) {
        return name.toLowerCase(Locale.ROOT).replaceAll("[^\\p{L}\\p{N}]", "");
    }

    private static List<String> read(Path file) throws IOException {
        String text = Files.readString(file);
        return text.stripLeading().startsWith("[")
                ? JsonPlace.of(Json.parse(text)).texts()
                : text.lines().map(String::strip).toList();
    }
}
