package org.learn4j.vision.augment;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import org.learn4j.autograd.PaddingMode;
import org.learn4j.tensor.Seed;
import org.learn4j.vision.image.Image;

/**
 * How training pictures are varied. Immutable; every method returns changed augmentations.
 *
 * <pre>{@code
 * Augmentations.standard().maxRotate(20).maxZoom(1.3).maxWarp(0.4).maxLighting(0.4)
 *         .affineProbability(1).lightingProbability(1).padding(PaddingMode.REFLECTION)
 * }</pre>
 *
 * <p>{@link #standard()} has the defaults of fastai's get_transforms: a random crop, a flip in half of the cases, rotation
 * by up to 10°, zoom up to 1.1 about a random point and a symmetric warp by up to 0.2, each in three quarters of the cases;
 * brightness and contrast by up to 0.2, each in three quarters. The picture is flipped, rotated, zoomed, warped, and changed by further
 * transforms in the order they were given; movements are composed and drawn once. Validation pictures are cut in the
 * middle and not varied.
 */
public final class Augmentations {
    private static final Augmentations NONE = new Augmentations(new Settings());

    private final Settings settings;
    private final List<Transform> transforms;

    private Augmentations(Settings settings) {
        this.settings = settings;
        this.transforms = settings.transforms();
    }

    /** What fastai's get_transforms is called with; changed only while it is copied. */
    private static final class Settings {
        private boolean randomCrop;
        private boolean flips;
        private boolean flipsVertically;
        private double maxRotate;
        private double maxZoom = 1;
        private double maxWarp;
        private double maxLighting;
        private double affineProbability = 0.75;
        private double lightingProbability = 0.75;
        private PaddingMode padding = PaddingMode.REFLECTION;
        private List<Transform> more = List.of();

        private Settings copy() {
            Settings copy = new Settings();
            copy.randomCrop = randomCrop;
            copy.flips = flips;
            copy.flipsVertically = flipsVertically;
            copy.maxRotate = maxRotate;
            copy.maxZoom = maxZoom;
            copy.maxWarp = maxWarp;
            copy.maxLighting = maxLighting;
            copy.affineProbability = affineProbability;
            copy.lightingProbability = lightingProbability;
            copy.padding = padding;
            copy.more = more;
            return copy;
        }

        private List<Transform> transforms() {
            List<Transform> all = new ArrayList<>();
            if (flipsVertically) {
                all.add(Transform.dihedral());
            } else if (flips) {
                all.add(Transform.flip().withProbability(0.5));
            }
            if (maxRotate != 0) {
                all.add(Transform.rotate(maxRotate).withProbability(affineProbability));
            }
            if (maxZoom != 1) {
                all.add(Transform.zoom(1, maxZoom).withProbability(affineProbability));
            }
            if (maxWarp != 0) {
                all.add(Transform.symmetricWarp(maxWarp).withProbability(affineProbability));
            }
            if (maxLighting != 0) {
                all.add(Transform.brightness(maxLighting).withProbability(lightingProbability));
                all.add(Transform.contrast(maxLighting).withProbability(lightingProbability));
            }
            all.addAll(more);
            return List.copyOf(all);
        }
    }

    private Augmentations changed(Consumer<Settings> change) {
        Settings copy = settings.copy();
        change.accept(copy);
        return new Augmentations(copy);
    }

    /** Returns fastai's default augmentations. */
    public static Augmentations standard() {
        return NONE.changed(next -> {
            next.randomCrop = true;
            next.flips = true;
            next.maxRotate = 10;
            next.maxZoom = 1.1;
            next.maxWarp = 0.2;
            next.maxLighting = 0.2;
        });
    }

    /** Returns no augmentation: training pictures are cut in the middle like those for validation. */
    public static Augmentations none() {
        return NONE;
    }

    /** Cuts at random places instead of in the middle, or not. */
    public Augmentations randomCrop(boolean random) {
        return changed(next -> next.randomCrop = random);
    }

    /** Exchanges left and right in half of the cases, or not. */
    public Augmentations flip(boolean flips) {
        return changed(next -> next.flips = flips);
    }

    /** Replaces the flip by one of the eight symmetries of a square, for pictures without an up, or not. */
    public Augmentations flipVertically(boolean flips) {
        return changed(next -> next.flipsVertically = flips);
    }

    /** Sets the largest rotation in degrees, either way; 0 for none. */
    public Augmentations maxRotate(double degrees) {
        return changed(next -> next.maxRotate = degrees);
    }

    /** Sets the largest zoom, at least 1; 1 for none. */
    public Augmentations maxZoom(double factor) {
        return changed(next -> next.maxZoom = factor);
    }

    /** Sets the largest symmetric warp; 0 for none. */
    public Augmentations maxWarp(double magnitude) {
        return changed(next -> next.maxWarp = magnitude);
    }

    /** Sets the largest change of brightness and contrast, in [0, 1); 0 for none. */
    public Augmentations maxLighting(double change) {
        return changed(next -> next.maxLighting = change);
    }

    /** Sets the probability of each of rotation, zoom and warp. */
    public Augmentations affineProbability(double probability) {
        return changed(next -> next.affineProbability = probability);
    }

    /** Sets the probability of each of brightness and contrast. */
    public Augmentations lightingProbability(double probability) {
        return changed(next -> next.lightingProbability = probability);
    }

    /** Sets what lies outside the picture's edges, reflection by default; in validation too. */
    public Augmentations padding(PaddingMode mode) {
        return changed(next -> next.padding = mode);
    }

    /** Adds transforms, after all others. */
    public Augmentations with(Transform... further) {
        List<Transform> more = new ArrayList<>(settings.more);
        more.addAll(List.of(further));
        return changed(next -> next.more = List.copyOf(more));
    }

    /** Returns what lies outside the picture's edges. */
    public PaddingMode padding() {
        return settings.padding;
    }

    /** Returns how many times larger than it stands in the whole picture something may become. */
    public double magnification() {
        return transforms.stream().mapToDouble(Transform::magnification).max().orElse(1);
    }

    /**
     * Draws what is done to a picture in training. The same seed always draws the same; each transform draws
     * from a stream of its own.
     */
    public AugmentationPlan plan(Seed seed, Image source, int width, int height, ResizeMethod method) {
        var place = seed.fold("crop").stream();
        double x = settings.randomCrop ? place.nextDouble() : 0.5;
        double y = settings.randomCrop ? place.nextDouble() : 0.5;
        AugmentationPlan plan = framed(source, width, height, method, x, y);
        for (int i = 0; i < transforms.size(); i++) {
            transforms.get(i).draw(seed.fold(i).stream(), plan);
        }
        return plan;
    }

    /** Returns what is done to a picture in validation: the middle is cut out. */
    public AugmentationPlan validationPlan(Image source, int width, int height, ResizeMethod method) {
        return framed(source, width, height, method, 0.5, 0.5);
    }

    private AugmentationPlan framed(Image source, int width, int height, ResizeMethod method, double x, double y) {
        Framing framing = Framing.of(method, source.width(), source.height(), width, height, x, y);
        return new AugmentationPlan(source.width(), source.height(), width, height, framing, settings.padding);
    }
}
