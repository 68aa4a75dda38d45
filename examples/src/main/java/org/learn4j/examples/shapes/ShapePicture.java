package org.learn4j.examples.shapes;

import java.awt.Color;
import java.awt.Graphics2D;
import java.awt.RenderingHints;
import java.awt.Shape;
import java.awt.geom.AffineTransform;
import java.awt.image.BufferedImage;
import java.util.ArrayList;
import java.util.List;
import org.learn4j.tensor.RandomStream;
import org.learn4j.tensor.Seed;

/**
 * One coloured shape on a textured ground. Colours, place, size and rotation are drawn at random and say nothing about the kind: only the
 * outline does.
 *
 * @param image the picture
 * @param kind what it shows
 * @param object where the shape lies, in pixels
 */
public record ShapePicture(BufferedImage image, ShapeKind kind, Shape object) {
    private static final double SMALLEST = 0.2;
    private static final double LARGEST = 0.32;
    private static final double CONTRAST = 0.25;
    private static final int WAVES = 3;
    private static final int GRAIN = 36;

    /** Draws pictures of {@code size} × {@code size} pixels, as many of each kind; one seed always gives the same. */
    public static List<ShapePicture> draw(int count, int size, Seed seed) {
        ShapeKind[] kinds = ShapeKind.values();
        List<ShapePicture> pictures = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            pictures.add(draw(kinds[i % kinds.length], size, seed.fold(i).stream()));
        }
        return pictures;
    }

    private static ShapePicture draw(ShapeKind kind, int size, RandomStream random) {
        BufferedImage image = new BufferedImage(size, size, BufferedImage.TYPE_INT_RGB);
        Color ground = color(random);
        texture(image, ground, random);
        double radius = size * random.nextDouble(SMALLEST, LARGEST);
        AffineTransform place = AffineTransform.getTranslateInstance(
                random.nextDouble(radius, size - radius), random.nextDouble(radius, size - radius));
        place.rotate(random.nextDouble(0, 2 * Math.PI));
        place.scale(radius, radius);
        Shape object = place.createTransformedShape(kind.outline());
        Graphics2D graphics = image.createGraphics();
        graphics.setRenderingHint(RenderingHints.KEY_ANTIALIASING, RenderingHints.VALUE_ANTIALIAS_ON);
        graphics.setColor(unlike(ground, random));
        graphics.fill(object);
        graphics.dispose();
        return new ShapePicture(image, kind, object);
    }

    private static Color color(RandomStream random) {
        return new Color((float) random.nextDouble(), (float) random.nextDouble(), (float) random.nextDouble());
    }

    /** Returns a colour that is clearly lighter or darker than another. */
    private static Color unlike(Color other, RandomStream random) {
        Color drawn = color(random);
        while (Math.abs(lightness(drawn) - lightness(other)) < CONTRAST) {
            drawn = color(random);
        }
        return drawn;
    }

    private static double lightness(Color color) {
        return (0.299 * color.getRed() + 0.587 * color.getGreen() + 0.114 * color.getBlue()) / 255;
    }

    /** Paints waves and grain in shades of a colour. */
    private static void texture(BufferedImage image, Color color, RandomStream random) {
        double[][] waves = new double[WAVES][];
        for (int i = 0; i < WAVES; i++) {
            waves[i] = new double[] {
                random.nextDouble(-0.6, 0.6), random.nextDouble(-0.6, 0.6), random.nextDouble(0, 2 * Math.PI)
            };
        }
        for (int y = 0; y < image.getHeight(); y++) {
            for (int x = 0; x < image.getWidth(); x++) {
                double shade = 0;
                for (double[] wave : waves) {
                    shade += 12 * Math.sin(wave[0] * x + wave[1] * y + wave[2]);
                }
                shade += random.nextDouble(-GRAIN / 2., GRAIN / 2.);
                int red = shaded(color.getRed(), shade);
                int green = shaded(color.getGreen(), shade);
                image.setRGB(x, y, red << 16 | green << 8 | shaded(color.getBlue(), shade));
            }
        }
    }

    private static int shaded(int channel, double shade) {
        return (int) Math.max(0, Math.min(255, channel + shade));
    }
}
