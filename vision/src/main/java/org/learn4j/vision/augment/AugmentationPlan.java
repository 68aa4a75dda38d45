package org.learn4j.vision.augment;

import java.util.ArrayList;
import java.util.List;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;
import org.learn4j.autograd.PaddingMode;
import org.learn4j.vision.image.Homography;
import org.learn4j.vision.image.Image;
import org.learn4j.vision.image.PixelTable;
import org.learn4j.vision.image.Warp;

/**
 * What is done to one picture: transforms add to it what they drew. All movements are composed, so that the picture is
 * interpolated once; all lighting becomes one table. For one thread.
 */
public final class AugmentationPlan {
    private static final double[] LOGITS = logits();
    private static final double[] LEVELS = levels();

    /** Changes a finished picture's numbers, which are normalised and lie channels last. */
    @FunctionalInterface
    public interface NumbersEdit {
        /** Changes the numbers of height × width × channels in place. */
        void edit(float[] numbers, int width, int height, int channels);
    }

    private final int sourceWidth;
    private final int sourceHeight;
    private final int width;
    private final int height;
    private final PaddingMode padding;
    private Framing framing;
    private Homography movement = Homography.identity();
    private Warp.@Nullable Displacement displacement;
    private double contrast = 1;
    private double brightness;
    private final List<UnaryOperator<Image>> edits = new ArrayList<>();
    private final List<NumbersEdit> numbersEdits = new ArrayList<>();

    AugmentationPlan(int sourceWidth, int sourceHeight, int width, int height, Framing framing, PaddingMode padding) {
        this.sourceWidth = sourceWidth;
        this.sourceHeight = sourceHeight;
        this.width = width;
        this.height = height;
        this.framing = framing;
        this.padding = padding;
    }

    /** Returns the source's width in pixels. */
    public int sourceWidth() {
        return sourceWidth;
    }

    /** Returns the source's height in pixels. */
    public int sourceHeight() {
        return sourceHeight;
    }

    /** Returns the result's width in pixels. */
    public int width() {
        return width;
    }

    /** Returns the result's height in pixels. */
    public int height() {
        return height;
    }

    /** Returns the width of the whole picture at the result's scale, of which the result shows a part. */
    public int frameWidth() {
        return framing.frameWidth();
    }

    /** Returns the height of the whole picture at the result's scale. */
    public int frameHeight() {
        return framing.frameHeight();
    }

    /** Stretches the whole picture over the result, instead of cutting or padding it. */
    public void squish() {
        framing = new Framing(width, height, 0, 0);
    }

    /**
     * Moves the picture as earlier movements left it.
     *
     * @param look where a point of the moved picture looks in the one before; both in positions from −1 to 1, from the centre of
     *     the first column or row to that of the last
     */
    public void move(Homography look) {
        movement = movement.after(look);
    }

    /**
     * Turns and shears the picture about its centre: {@link #move} by a matrix for pixels that are square, however wide and high
     * the picture is.
     */
    public void turn(double a, double b, double c, double d) {
        double proportion = (double) frameHeight() / frameWidth();
        move(Homography.affine(a, b * proportion, 0, c / proportion, d, 0));
    }

    /** Moves where each pixel looks in the source, in pixels of the source, after all other movements. */
    public void displace(Warp.Displacement more) {
        Warp.Displacement before = displacement;
        displacement = before == null
                ? more
                : (row, xs, ys) -> {
                    before.move(row, xs, ys);
                    more.move(row, xs, ys);
                };
    }

    /**
     * Changes the light: the pixels' log-odds, log(x / (1 − x)), are multiplied and shifted, so that black and white stay.
     *
     * @param factor what log-odds are multiplied by: contrast
     * @param shift what is added to them: brightness
     */
    public void light(double factor, double shift) {
        contrast *= factor;
        brightness = brightness * factor + shift;
    }

    /** Changes the picture of the result's size, before lighting. */
    public void edit(UnaryOperator<Image> change) {
        edits.add(change);
    }

    /** Changes the normalised numbers, after everything else. */
    public void editNumbers(NumbersEdit change) {
        numbersEdits.add(change);
    }

    /** Returns where the result's pixels look in the source, displacements left out. */
    public Homography map() {
        return Framing.toSource(sourceWidth, sourceHeight).after(movement).after(framing.toFrame());
    }

    /** Returns the moved and edited picture, not lit yet. */
    public Image draw(Image source) {
        if (source.width() != sourceWidth || source.height() != sourceHeight) {
            throw new IllegalArgumentException("This plan is for a picture of " + sourceWidth + " x " + sourceHeight
                    + " pixels, received " + source);
        }
        Image drawn = isUnmoved() ? source : source.warp(new Warp(map(), width, height, padding, displacement));
        for (UnaryOperator<Image> edit : edits) {
            drawn = edit.apply(drawn);
            if (drawn.width() != width || drawn.height() != height) {
                throw new IllegalStateException("An edit keeps a picture's size of " + width + " x " + height
                        + " pixels, it returned " + drawn);
            }
        }
        return drawn;
    }

    private boolean isUnmoved() {
        return displacement == null
                && movement.equals(Homography.identity())
                && framing.equals(new Framing(sourceWidth, sourceHeight, 0, 0))
                && width == sourceWidth
                && height == sourceHeight;
    }

    /** Returns the numbers that pixels become: lit, less the mean, divided by the deviation. */
    public PixelTable table(double[] mean, double[] deviation) {
        if (!isLit()) {
            return PixelTable.of(LEVELS, mean, deviation);
        }
        double[] lit = new double[256];
        for (int i = 0; i < 256; i++) {
            lit[i] = 1 / (1 + Math.exp(-(contrast * LOGITS[i] + brightness)));
        }
        return PixelTable.of(lit, mean, deviation);
    }

    /** Returns whether the light is changed. */
    public boolean isLit() {
        return contrast != 1 || brightness != 0;
    }

    /** Returns the finished picture, lit and with edits of numbers, for people: numbers are those of pixels in [0, 1]. */
    public Image render(Image source) {
        float[] numbers = new float[3 * width * height];
        draw(source).write(table(new double[3], new double[] {1, 1, 1}), 3, numbers);
        finish(numbers, 3);
        byte[] rgb = new byte[numbers.length];
        for (int i = 0; i < rgb.length; i++) {
            rgb[i] = (byte) Math.round(255 * Math.max(0, Math.min(1, numbers[i])));
        }
        return Image.of(width, height, rgb);
    }

    /** Applies the edits of normalised numbers. */
    public void finish(float[] numbers, int channels) {
        for (NumbersEdit edit : numbersEdits) {
            edit.edit(numbers, width, height, channels);
        }
    }

    private static double[] levels() {
        double[] levels = new double[256];
        for (int i = 0; i < 256; i++) {
            levels[i] = i / 255.0;
        }
        return levels;
    }

    /** Log-odds of the 256 levels; black and white are 1e-7 away from infinity. */
    private static double[] logits() {
        double[] logits = new double[256];
        for (int i = 0; i < 256; i++) {
            double level = Math.max(1e-7, Math.min(1 - 1e-7, i / 255.0));
            logits[i] = Math.log(level / (1 - level));
        }
        return logits;
    }
}
