package org.learn4j.examples;

import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.learn4j.autograd.Functional;
import org.learn4j.autograd.PaddingMode;
import org.learn4j.examples.shapes.ShapePicture;
import org.learn4j.kernel.Window;
import org.learn4j.plot.PictureGrid;
import org.learn4j.tensor.Seed;
import org.learn4j.tensor.Tensor;
import org.learn4j.tensor.TensorScope;
import org.learn4j.vision.image.Image;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** What a convolution does to a photo: kernels made by hand, padding and stride, and kernels that reach through all channels. */
@Command(
        name = "convolutions",
        mixinStandardHelpOptions = true,
        description = "Draws what kernels, padding and stride do to a photo.")
final class Convolutions implements Callable<Integer> {
    /** The lesson's kernel: large where dark turns bright towards the lower right. */
    private static final float[] CORNER = {0, -5 / 3f, 1, -5 / 3f, -5 / 3f, 1, 1, 1, 1};

    private static final Map<String, float[]> KERNELS = new LinkedHashMap<>();

    static {
        KERNELS.put("the lesson's corner", CORNER);
        KERNELS.put("top edge", new float[] {-1, -1, -1, 0, 0, 0, 1, 1, 1});
        KERNELS.put("left edge", new float[] {-1, 0, 1, -1, 0, 1, -1, 0, 1});
        KERNELS.put("outline", new float[] {-1, -1, -1, -1, 8, -1, -1, -1, -1});
        KERNELS.put("blur", new float[] {1, 2, 1, 2, 4, 2, 1, 2, 1});
    }

    private static final int GENERATED = 224;
    private static final int LARGEST = 320;

    @Option(names = "--image", description = "a photo; a generated picture without it")
    private Optional<Path> image = Optional.empty();

    @Option(names = "--out", description = "folder for the pictures, ${DEFAULT-VALUE} by default")
    private Path out = Path.of("out");

    @Override
    @SuppressWarnings("try") // the scope acts by being open
    public Integer call() throws IOException {
        Files.createDirectories(out);
        Image photo = image.map(Image::of)
                .orElseGet(() -> Image.of(
                        ShapePicture.draw(4, GENERATED, Seed.of(3)).get(3).image()));
        double shrink = Math.min(1, (double) LARGEST / Math.max(photo.width(), photo.height()));
        photo = photo.resize((int) Math.round(shrink * photo.width()), (int) Math.round(shrink * photo.height()));
        try (TensorScope scope = TensorScope.open()) {
            Tensor x = photo.toTensor();
            System.out.println("photo " + x.shape());
            kernels(photo, x);
            paddingAndStride(x);
            channels(photo, x);
        }
        return 0;
    }

    /** Moves 3×3 kernels over the photo: each sees all three channels alike, as the lesson's expanded kernel does. */
    private void kernels(Image photo, Tensor x) {
        PictureGrid grid = PictureGrid.columns(3).add("photo", photo.toBufferedImage());
        KERNELS.forEach((name, numbers) -> {
            Tensor response = Functional.conv2d(x, Tensor.of(numbers, 3, 3));
            System.out.println(name + " " + response.shape());
            grid.add(name, picture(response));
        });
        save(grid, "kernels.png");
    }

    /** Shows how padding keeps the size and what it makes up beyond the edge, and how stride makes the picture smaller. */
    private void paddingAndStride(Tensor x) {
        Tensor batch = x.unsqueeze(0);
        Tensor kernel = Tensor.of(CORNER, 3, 3).expand(1, 3, 3, 3);
        PictureGrid grid = PictureGrid.columns(3);
        add(grid, "no padding", Functional.conv2d(batch, kernel, null, Window.of(3)));
        add(
                grid,
                "padding 1, zeros",
                Functional.conv2d(batch, kernel, null, Window.of(3).padding(1)));
        Tensor reflected = Functional.pad(batch, PaddingMode.REFLECTION, 1, 1, 1, 1);
        add(grid, "padding 1, reflection", Functional.conv2d(reflected, kernel, null, Window.of(3)));
        for (int stride = 2; stride <= 4; stride++) {
            Window window = Window.of(3).padding(1).stride(stride);
            add(grid, "padding 1, stride " + stride, Functional.conv2d(batch, kernel, null, window));
        }
        save(grid, "padding-and-stride.png");
    }

    /**
     * Takes a 3×3×3 kernel apart: what it makes of each channel adds up to one picture. Two kernels that answer to colours
     * follow, and what a second layer sees, whose kernel reads several of these pictures at once.
     */
    private void channels(Image photo, Tensor x) {
        PictureGrid grid = PictureGrid.columns(4).add("photo", photo.toBufferedImage());
        Tensor kernel = Tensor.of(CORNER, 3, 3);
        String[] names = {"red", "green", "blue"};
        for (int c = 0; c < names.length; c++) {
            grid.add("kernel on " + names[c], picture(Functional.conv2d(x.slice(0, c, c + 1), kernel)));
        }
        Tensor sum = Functional.conv2d(x, kernel);
        grid.add("sum: one output of 3×3×3", picture(sum));
        float[] box = {1, 1, 1, 1, 1, 1, 1, 1, 1};
        Tensor nine = Tensor.of(box, 1, 3, 3);
        Tensor red = Tensor.concat(0, nine, nine.times(-0.5), nine.times(-0.5));
        Tensor blue = Tensor.concat(0, nine.times(-0.5), nine.times(-0.5), nine);
        Tensor redness = Functional.conv2d(x, red);
        Tensor blueness = Functional.conv2d(x, blue);
        grid.add("red against the rest", picture(redness));
        grid.add("blue against the rest", picture(blueness));
        Tensor first = Tensor.concat(0, sum, redness, blueness).relu();
        Tensor second = Functional.conv2d(
                first.unsqueeze(0),
                Tensor.of(box, 1, 3, 3).expand(1, 3, 3, 3),
                null,
                Window.of(3).stride(2));
        System.out.println("second layer: " + first.shape() + " to " + second.shape());
        grid.add("second layer, stride 2", picture(second.squeeze(0)));
        save(grid, "channels.png");
    }

    private static void add(PictureGrid grid, String title, Tensor response) {
        Tensor one = response.squeeze(0);
        long rows = one.shape().dim(1);
        long columns = one.shape().dim(2);
        System.out.println(title + ": " + rows + " × " + columns);
        grid.add(title + "\n" + rows + " × " + columns, picture(one));
    }

    /** Returns the numbers as shades, the lowest black and the highest white. */
    private static BufferedImage picture(Tensor numbers) {
        double low = numbers.min().item();
        double range = numbers.max().item() - low;
        return Image.of(numbers.minus(low).over(range > 0 ? range : 1)).toBufferedImage();
    }

    private void save(PictureGrid grid, String name) {
        Path file = out.resolve(name);
        grid.save(file);
        System.out.println("written: " + file);
    }
}
