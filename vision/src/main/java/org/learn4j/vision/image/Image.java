package org.learn4j.vision.image;

import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Locale;
import java.util.function.IntUnaryOperator;
import javax.imageio.ImageIO;
import org.learn4j.autograd.PaddingMode;
import org.learn4j.persist.AtomicFile;
import org.learn4j.tensor.Tensor;

/**
 * A picture of red, green and blue in 8 bits each. Immutable.
 *
 * <pre>{@code
 * Image cat = Image.of(Path.of("cat.jpg"));
 * cat.crop(10, 20, 200, 100).resize(64, 32).save(Path.of("small.png"));
 * }</pre>
 *
 * <p>Files may be JPEG, PNG, GIF (the first frame), BMP, WebP or TIFF (the first page). Whatever they hold becomes RGB as
 * fastai and Pillow show it: grey and palettes are spread, transparency is dropped, CMYK is read as Adobe writes it, of 16
 * bits the upper 8 stay. Pictures with an Exif orientation are turned upright. Colour profiles are ignored.
 */
public final class Image {
    private final int width;
    private final int height;
    private final byte[] rgb;

    Image(int width, int height, byte[] rgb) {
        this.width = width;
        this.height = height;
        this.rgb = rgb;
    }

    /**
     * Reads a file.
     *
     * @throws ImageFormatException if it is no picture that can be read; the message names the file and the reason
     */
    public static Image of(Path file) {
        return of(file, ImageLimits.DEFAULT, Detail.ALL);
    }

    /**
     * Reads a file of limited size, no larger than needed.
     *
     * @param limits refuses files that would take too much memory
     * @param detail averages the picture down to what is needed; JPEGs are decoded smaller, which is several times faster
     * @throws ImageFormatException if it is no picture that can be read
     */
    public static Image of(Path file, ImageLimits limits, Detail detail) {
        try {
            return of(read(file, limits), limits, detail);
        } catch (ImageFormatException failure) {
            throw failure.in(file);
        } catch (IOException failure) {
            throw new ImageFormatException(file, reason(failure), failure);
        }
    }

    /** Reads the bytes of a file, as {@link #of(Path)} does. */
    public static Image of(byte[] file) {
        return of(file, ImageLimits.DEFAULT, Detail.ALL);
    }

    /** Reads the bytes of a file, as {@link #of(Path, ImageLimits, Detail)} does. */
    public static Image of(byte[] file, ImageLimits limits, Detail detail) {
        if (file.length > limits.bytes()) {
            throw tooManyBytes(file.length, limits);
        }
        ImageHeader header = ImageHeader.read(file);
        if (header.width() > limits.pixels() / header.height()) {
            throw new ImageFormatException("its header says " + header.width() + " x " + header.height()
                    + " pixels, which is more than the limit of " + limits.pixels());
        }
        int reduction = header.format() == ImageFormat.JPEG ? detail.reduction(header) : 1;
        return OpenCv.decode(file, header, reduction, detail);
    }

    private static byte[] read(Path file, ImageLimits limits) throws IOException {
        if (Files.isDirectory(file)) {
            throw new ImageFormatException("it is a directory");
        }
        if (!Files.exists(file)) {
            throw new ImageFormatException(
                    Files.isSymbolicLink(file)
                            ? "it is a link to a file that does not exist"
                            : "there is no such file");
        }
        if (!Files.isRegularFile(file)) {
            throw new ImageFormatException("it is no regular file");
        }
        if (Files.size(file) > limits.bytes()) {
            throw tooManyBytes(Files.size(file), limits);
        }
        try (InputStream stream = Files.newInputStream(file)) {
            return stream.readNBytes((int) limits.bytes());
        }
    }

    private static ImageFormatException tooManyBytes(long bytes, ImageLimits limits) {
        return new ImageFormatException("it has " + bytes + " bytes, more than the limit of " + limits.bytes());
    }

    private static String reason(IOException failure) {
        if (failure instanceof AccessDeniedException) {
            return "it may not be read (no permission)";
        }
        return failure instanceof NoSuchFileException ? "there is no such file" : failure.toString();
    }

    /** Returns the picture, transparency dropped. */
    public static Image of(BufferedImage picture) {
        return of(picture.getWidth(), picture.getHeight(), (x, y) -> picture.getRGB(x, y));
    }

    /** A picture's pixels as a function. */
    @FunctionalInterface
    public interface Painting {
        /** Returns the pixel of column x and row y as 0xRRGGBB; higher bits are ignored. */
        int pixel(int x, int y);
    }

    /** Returns a picture that is painted pixel by pixel. */
    public static Image of(int width, int height, Painting painting) {
        byte[] rgb = allocate(width, height);
        for (int y = 0, at = 0; y < height; y++) {
            for (int x = 0; x < width; x++, at += 3) {
                int pixel = painting.pixel(x, y);
                rgb[at] = (byte) (pixel >> 16);
                rgb[at + 1] = (byte) (pixel >> 8);
                rgb[at + 2] = (byte) pixel;
            }
        }
        return new Image(width, height, rgb);
    }

    /**
     * Returns the picture of a tensor of shape [3, height, width] or [1, height, width], whose numbers in [0, 1] are rounded to
     * 8 bits; numbers beyond are cut off.
     */
    public static Image of(Tensor tensor) {
        if (tensor.shape().rank() != 3
                || tensor.shape().dim(0) != 3 && tensor.shape().dim(0) != 1) {
            throw new IllegalArgumentException(
                    "A picture's tensor has the shape [3, height, width] or [1, height, width], received "
                            + tensor.shape());
        }
        int height = Math.toIntExact(tensor.shape().dim(1));
        int width = Math.toIntExact(tensor.shape().dim(2));
        float[] values = tensor.toFloats();
        int plane = tensor.shape().dim(0) == 1 ? 0 : width * height;
        IntUnaryOperator level = i -> (int) Math.round(255 * Math.max(0, Math.min(1, (double) values[i])));
        return of(width, height, (x, y) -> {
            int at = y * width + x;
            return level.applyAsInt(at) << 16 | level.applyAsInt(at + plane) << 8 | level.applyAsInt(at + 2 * plane);
        });
    }

    /**
     * Returns the picture of bytes.
     *
     * @param rgb red, green and blue of each pixel, row by row; copied
     */
    public static Image of(int width, int height, byte... rgb) {
        int expected = allocate(width, height).length;
        if (rgb.length != expected) {
            throw new IllegalArgumentException("A picture of " + width + " x " + height + " pixels has " + expected
                    + " bytes, received " + rgb.length);
        }
        return new Image(width, height, rgb.clone());
    }

    private static byte[] allocate(int width, int height) {
        if (width < 1 || height < 1) {
            throw new IllegalArgumentException("A picture is at least 1 x 1, received " + width + " x " + height);
        }
        return new byte[Math.multiplyExact(3, Math.multiplyExact(width, height))];
    }

    /** Returns the width in pixels. */
    public int width() {
        return width;
    }

    /** Returns the height in pixels. */
    public int height() {
        return height;
    }

    /**
     * Returns a pixel as 0xRRGGBB.
     *
     * @throws IndexOutOfBoundsException if there is none
     */
    public int pixel(int x, int y) {
        if (x < 0 || x >= width || y < 0 || y >= height) {
            throw new IndexOutOfBoundsException(
                    "A picture of " + width + " x " + height + " pixels has none at (" + x + ", " + y + ")");
        }
        int at = 3 * (y * width + x);
        return (rgb[at] & 0xFF) << 16 | (rgb[at + 1] & 0xFF) << 8 | rgb[at + 2] & 0xFF;
    }

    /** Returns a copy of the bytes: red, green and blue of each pixel, row by row. */
    public byte[] toBytes() {
        return rgb.clone();
    }

    /** Returns the picture at another size: averaged where it shrinks more than 2 times, interpolated where not. */
    public Image resize(int newWidth, int newHeight) {
        if (newWidth == width && newHeight == height) {
            return this;
        }
        allocate(newWidth, newHeight);
        if (2 * newWidth < width && 2 * newHeight < height) {
            return OpenCv.area(rgb, width, height, newWidth, newHeight);
        }
        // centres of pixels lie at halves, edges on edges
        double x = (double) width / newWidth;
        double y = (double) height / newHeight;
        Homography map = Homography.scaling(x, (x - 1) / 2, y, (y - 1) / 2);
        return warp(new Warp(map, newWidth, newHeight, PaddingMode.REPLICATE));
    }

    /**
     * Returns part of the picture.
     *
     * @throws IndexOutOfBoundsException if it reaches beyond the picture
     */
    public Image crop(int x, int y, int cropWidth, int cropHeight) {
        byte[] part = allocate(cropWidth, cropHeight);
        if (x < 0 || y < 0 || cropWidth > width - x || cropHeight > height - y) {
            throw new IndexOutOfBoundsException("A part of " + cropWidth + " x " + cropHeight + " at (" + x + ", " + y
                    + ") reaches beyond a picture of " + width + " x " + height);
        }
        for (int row = 0; row < cropHeight; row++) {
            System.arraycopy(rgb, 3 * ((y + row) * width + x), part, 3 * row * cropWidth, 3 * cropWidth);
        }
        return new Image(cropWidth, cropHeight, part);
    }

    /** Returns the picture drawn anew. Where it shrinks more than 2 times, it is averaged down to 2 times first. Positions are rounded to 1/32 pixel. */
    public Image warp(Warp warp) {
        double factor = Math.max(warp.shrinkage() / 2, (double) Math.max(width, height) / OpenCv.LONGEST);
        if (factor > 1) {
            int smallWidth = (int) Math.max(1, width / factor);
            int smallHeight = (int) Math.max(1, height / factor);
            byte[] small = OpenCv.area(rgb, width, height, smallWidth, smallHeight).rgb;
            return OpenCv.draw(small, smallWidth, smallHeight, warp.onto(width, height, smallWidth, smallHeight));
        }
        return OpenCv.draw(rgb, width, height, warp);
    }

    /** Returns the picture without colours, by ITU-R 601's luma. */
    public Image toGrey() {
        return of(width, height, (x, y) -> {
            int pixel = pixel(x, y);
            return 0x010101 * grey(pixel >> 16 & 0xFF, pixel >> 8 & 0xFF, pixel & 0xFF);
        });
    }

    /** Returns the picture as a tensor of shape [3, height, width] of numbers in [0, 1], row-major. */
    public Tensor toTensor() {
        float[] planes = new float[rgb.length];
        int plane = width * height;
        for (int i = 0; i < plane; i++) {
            for (int c = 0; c < 3; c++) {
                planes[c * plane + i] = (rgb[3 * i + c] & 0xFF) / 255f;
            }
        }
        return Tensor.of(planes, 3, height, width);
    }

    /**
     * Writes the pixels as numbers, channels last: three a pixel, row by row.
     *
     * @param channels 3, or 1 for the grey value (looked up as red)
     * @param numbers where they go, from the start
     */
    public void write(PixelTable table, int channels, float[] numbers) {
        if (channels != 1 && channels != 3) {
            throw new IllegalArgumentException("Pictures have 1 or 3 channels, received " + channels);
        }
        if (numbers.length < rgb.length / 3 * channels) {
            throw new IllegalArgumentException(
                    "Pixels take " + rgb.length / 3 * channels + " numbers, received room for " + numbers.length);
        }
        if (channels == 1) {
            table.writeGrey(rgb, numbers);
        } else {
            table.write(rgb, numbers);
        }
    }

    /** ITU-R 601's luma as Pillow computes it. */
    static int grey(int red, int green, int blue) {
        return (19595 * red + 38470 * green + 7471 * blue + 0x8000) >> 16;
    }

    /** Returns the picture for AWT. */
    public BufferedImage toBufferedImage() {
        BufferedImage picture = new BufferedImage(width, height, BufferedImage.TYPE_INT_RGB);
        for (int y = 0; y < height; y++) {
            for (int x = 0; x < width; x++) {
                picture.setRGB(x, y, pixel(x, y));
            }
        }
        return picture;
    }

    /**
     * Writes the picture as a PNG, atomically.
     *
     * @throws IllegalArgumentException if the file's name does not end with {@code .png}
     * @throws UncheckedIOException if it cannot be written
     */
    public void save(Path png) {
        if (!png.toString().toLowerCase(Locale.ROOT).endsWith(".png")) {
            throw new IllegalArgumentException("A picture's name ends with .png, received " + png);
        }
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try {
            if (!ImageIO.write(toBufferedImage(), "png", bytes)) {
                throw new IOException("This Java writes no PNG");
            }
        } catch (IOException failure) {
            throw new UncheckedIOException("Could not write " + png, failure);
        }
        AtomicFile.writeReadable(png, bytes.toByteArray());
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof Image that && width == that.width && Arrays.equals(rgb, that.rgb);
    }

    @Override
    public int hashCode() {
        return 31 * width + Arrays.hashCode(rgb);
    }

    @Override
    public String toString() {
        return "Image[" + width + " x " + height + "]";
    }
}
