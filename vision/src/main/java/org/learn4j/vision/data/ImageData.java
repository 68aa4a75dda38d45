package org.learn4j.vision.data;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.function.IntFunction;
import java.util.function.IntPredicate;
import java.util.function.Predicate;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.learn4j.data.DataLoader;
import org.learn4j.data.DataLoaders;
import org.learn4j.data.Split;
import org.learn4j.data.Splitter;
import org.learn4j.plot.PictureGrid;
import org.learn4j.tensor.Seed;
import org.learn4j.tensor.Tensor;
import org.learn4j.vision.augment.AugmentationPlan;
import org.learn4j.vision.augment.Augmentations;
import org.learn4j.vision.augment.ResizeMethod;
import org.learn4j.vision.image.Image;
import org.learn4j.vision.image.ImageLimits;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Pictures ready for training: where they are, their labels, which validate, how they are resized and varied (fastai's data block).
 * Immutable.
 *
 * <pre>{@code
 * ImageData pets = ImageData.fromFolder(folder)
 *         .labelByRegex("/([^/]+)_\\d+.jpg$")
 *         .splitRandomly(0.2, 2)
 *         .transforms(Augmentations.standard().maxRotate(20))
 *         .size(224)
 *         .batchSize(64)
 *         .normalize(Normalization.IMAGENET)
 *         .build();
 * }</pre>
 *
 * <p>Pictures are decoded, varied and normalised on the loaders' own threads. What is drawn for a picture follows from the
 * seed, the epoch and the picture's number alone.
 */
public final class ImageData {
    private static final Logger LOG = LoggerFactory.getLogger(ImageData.class);

    /** Pictures are shown at least about as large. */
    private static final int CELL = 160;

    private final ImageItems items;
    private final ImageEncoder encoder;
    private final Augmentations augmentations;
    private final ImageSource pictures;
    private final Loading loading;

    /** How batches are made. */
    private record Loading(int batchSize, int validBatchSize, int workers, long cacheBytes, Seed seed) {}

    private ImageData(ImageItems items, ImageEncoder encoder, Augmentations augmentations, Loading loading) {
        this.items = items;
        this.encoder = encoder;
        this.augmentations = augmentations;
        this.loading = loading;
        this.pictures = loading.cacheBytes == 0 ? items.source() : new CachedSource(items.source(), loading.cacheBytes);
    }

    /**
     * Starts from all pictures below a folder, in the order of their paths. What counts are names that end like pictures;
     * hidden files are left out.
     *
     * @throws IllegalArgumentException if there are none
     */
    public static Builder fromFolder(Path folder) {
        List<Path> files = FileSource.find(folder);
        if (files.isEmpty()) {
            throw new IllegalArgumentException("There are no pictures below " + folder);
        }
        return new Builder(folder, files);
    }

    /** Starts from files, in this order. */
    public static Builder fromFiles(List<Path> files) {
        return new Builder(null, files);
    }

    /** Starts from files in a folder, in the order of these names: a table's column. */
    public static Builder fromFiles(Path folder, List<String> names) {
        return new Builder(folder, names.stream().map(folder::resolve).toList());
    }

    /** Starts from pictures in memory. */
    public static Builder fromImages(List<Image> images) {
        Builder builder = new Builder(new MemorySource(List.copyOf(images)));
        Image first = images.isEmpty() ? null : images.get(0);
        if (first != null
                && images.stream()
                        .allMatch(image -> image.width() == first.width() && image.height() == first.height())) {
            builder.size(first.height(), first.width());
        }
        return builder;
    }

    /** Starts from labelled pictures in MNIST's files, compressed or not, at their own size and grey. */
    public static Builder fromIdx(Path images, Path labels) {
        return fromIdx(IdxFile.images(images), IdxFile.labels(labels));
    }

    /** Starts from MNIST's four files: two that train and two that validate. */
    public static Builder fromIdx(Path trainImages, Path trainLabels, Path validImages, Path validLabels) {
        IdxFile train = IdxFile.images(trainImages);
        IdxFile valid = IdxFile.images(validImages);
        IdxFile answers = IdxFile.labels(trainLabels);
        IdxFile validAnswers = IdxFile.labels(validLabels);
        requireSame(train, answers);
        requireSame(valid, validAnswers);
        return new Builder(new JoinedSource(train, valid))
                .size(train.axes()[1], train.axes()[2])
                .channels(1)
                .labelledBy(item -> item < train.size() ? answers.label(item) : validAnswers.label(item - train.size()))
                .split(Splitter.where(item -> item >= train.size()));
    }

    private static Builder fromIdx(IdxFile images, IdxFile labels) {
        requireSame(images, labels);
        return new Builder(images)
                .size(images.axes()[1], images.axes()[2])
                .channels(1)
                .labelledBy(labels::label);
    }

    private static void requireSame(IdxFile images, IdxFile labels) {
        if (images.size() != labels.size()) {
            throw new IllegalArgumentException("As many labels as pictures are expected: " + images.file() + " has "
                    + images.size() + " pictures, " + labels.file() + " has " + labels.size() + " labels");
        }
    }

    /**
     * Returns new loaders: shuffled and varied training batches, and validation batches in order. Items' numbers are those of
     * {@link #path} and {@link #label}.
     */
    public DataLoaders loaders() {
        DataLoader train = DataLoader.of(dataset(true))
                .items(items.split().train())
                .batchSize(loading.batchSize)
                .workers(loading.workers)
                .shuffle(loading.seed.fold("train"))
                .build();
        return items.split().valid().length == 0
                ? DataLoaders.trainingOnly(train)
                : DataLoaders.of(train, ordered(dataset(false), items.split().valid()));
    }

    /**
     * Returns a new loader of the validation pictures in order, varied as in training, for test-time augmentation.
     *
     * @param pass which of several variations, from 0
     */
    public DataLoader variedValidation(int pass) {
        return ordered(
                dataset(loading.seed.fold("look").fold(pass)), items.split().valid());
    }

    /** Returns a new loader of the training pictures in order, as they would be in validation. */
    public DataLoader plainTraining() {
        return ordered(dataset(false), items.split().train());
    }

    private DataLoader ordered(ImageDataset dataset, int... chosen) {
        return DataLoader.of(dataset)
                .items(chosen)
                .batchSize(loading.validBatchSize)
                .workers(loading.workers)
                .build();
    }

    private ImageDataset dataset(boolean varied) {
        return dataset(varied ? loading.seed.fold("augment") : null);
    }

    private ImageDataset dataset(@Nullable Seed variation) {
        return new ImageDataset(
                pictures,
                items.labels(),
                encoder,
                variation == null ? Augmentations.none().padding(augmentations.padding()) : augmentations,
                variation);
    }

    /** Returns the same data with larger or smaller pictures (progressive resizing): give its loaders to the same learner. */
    public ImageData withSize(int size) {
        return withSize(size, size, loading.batchSize);
    }

    /** Returns the same data with pictures of another size in batches of another size. */
    public ImageData withSize(int height, int width, int batchSize) {
        Builder.requireBatchSize(batchSize);
        int validBatchSize = loading.validBatchSize == loading.batchSize ? batchSize : loading.validBatchSize;
        Loading changed = new Loading(batchSize, validBatchSize, loading.workers, loading.cacheBytes, loading.seed);
        return new ImageData(items, encoder.withSize(width, height), augmentations, changed);
    }

    /** Returns the names of the classes; empty without labels. */
    public List<String> classes() {
        ImageLabels labels = items.labels();
        return labels == null ? List.of() : labels.classes();
    }

    /** Returns whether a picture may have several labels, or none. */
    public boolean isMultiLabel() {
        return items.labels() != null && items.labels().multi();
    }

    /** Returns the number of pictures, bad ones among them. */
    public int size() {
        return items.source().size();
    }

    /** Returns which pictures train and which validate. */
    public Split split() {
        return items.split();
    }

    /** Returns a picture's file; nothing if it is in memory. */
    public Optional<Path> path(int item) {
        return Optional.ofNullable(items.source().path(item));
    }

    /** Returns a picture's labels for people, several with semicolons between them; empty without any. */
    public String label(int item) {
        ImageLabels labels = items.labels();
        return labels == null ? "" : labels.text(item);
    }

    /**
     * Returns a picture as large as training needs it.
     *
     * @throws org.learn4j.vision.image.ImageFormatException if it cannot be read
     */
    public Image image(int item) {
        return pictures.load(item, encoder.detail(1));
    }

    /** Returns the pictures that were left out because they cannot be read. */
    public List<BadItem> badItems() {
        return items.bad();
    }

    /** Returns how pictures become a model's input in validation and prediction. */
    public ImageEncoder encoder() {
        return encoder;
    }

    /** Returns how training pictures are varied. */
    public Augmentations augmentations() {
        return augmentations;
    }

    /** Returns a batch of one picture, as in validation: of shape [1, channels, height, width]. */
    public Tensor oneItem(Image image) {
        return encoder.encode(image);
    }

    /** Returns normalised numbers as pixels in [0, 1] again, for one picture or a batch. */
    public Tensor denormalize(Tensor normalized) {
        return encoder.denormalize(normalized);
    }

    /** Writes the first nine training pictures of epoch 0, as the model sees them and with their labels, as a PNG. */
    public void showBatch(Path png) {
        showBatch(png, 3, 3);
    }

    /** Writes training pictures of epoch 0 in rows and columns as a PNG. */
    public void showBatch(Path png, int rows, int columns) {
        int[] train = items.split().train();
        ImageDataset varied = dataset(true);
        int[] order = loading.seed.fold("train").stream().permutation(train.length);
        int scale = Math.max(1, CELL / Math.max(encoder.width(), encoder.height()));
        PictureGrid grid = PictureGrid.columns(columns).cells(scale * encoder.width(), scale * encoder.height());
        for (int i = 0; i < Math.min(rows * columns, train.length); i++) {
            int item = train[order[i]];
            grid.add(label(item), shown(varied, item).toBufferedImage());
        }
        grid.save(png);
    }

    private Image shown(ImageDataset varied, int item) {
        Image image = pictures.load(item, varied.detail());
        float[] numbers = new float[encoder.size()];
        encoder.write(image, varied.plan(0, item, image), numbers);
        try (Tensor memory = Tensor.of(numbers, encoder.height(), encoder.width(), encoder.channels());
                Tensor planes = memory.permute(2, 0, 1);
                Tensor pixels = encoder.denormalize(planes)) {
            return Image.of(pixels);
        }
    }

    /** Returns how many pictures train and validate, how they are made, and how many each class has. */
    public String summary() {
        int[] train = items.count(items.split().train());
        int[] valid = items.count(items.split().valid());
        StringBuilder text = new StringBuilder();
        text.append(size())
                .append(" pictures: ")
                .append(items.split().train().length)
                .append(" train, ");
        text.append(items.split().valid().length).append(" validate, ");
        text.append(items.bad().size()).append(" left out\n");
        text.append(encoder.width()).append(" x ").append(encoder.height()).append(" pixels, ");
        text.append(encoder.channels()).append(encoder.channels() == 1 ? " channel, " : " channels, ");
        text.append(encoder.resize())
                .append(", ")
                .append(encoder.normalization())
                .append('\n');
        text.append("batches of ").append(loading.batchSize).append(", ");
        text.append(loading.workers).append(loading.workers == 1 ? " worker" : " workers");
        for (int i = 0; i < classes().size(); i++) {
            text.append('\n').append(classes().get(i)).append(": ");
            text.append(train[i]).append(" + ").append(valid[i]);
        }
        return text.toString();
    }

    /**
     * Walks one file through all steps to a batch and returns what each of them gave. A step that fails ends the text and is
     * named, with the reason.
     */
    public String summary(Path file) {
        StringBuilder text = new StringBuilder();
        String step = "read";
        try {
            Image image = Image.of(file, ImageLimits.DEFAULT, encoder.detail(augmentations.magnification()));
            text.append("read: ").append(image).append(" of ").append(file).append('\n');
            step = "label";
            int item = IntStream.range(0, size())
                    .filter(i -> file.equals(items.source().path(i)))
                    .findFirst()
                    .orElse(-1);
            text.append("label: ")
                    .append(item < 0 ? "none, it is no item of this data" : label(item))
                    .append('\n');
            step = "vary";
            AugmentationPlan plan = dataset(true).plan(0, Math.max(0, item), image);
            Image drawn = plan.draw(image);
            text.append("vary: ").append(drawn).append(", ").append(plan.map()).append('\n');
            step = "normalise";
            float[] numbers = new float[encoder.size()];
            encoder.write(image, plan, numbers);
            double sum = 0;
            for (float number : numbers) {
                sum += number;
            }
            text.append("normalise: mean ").append(sum / numbers.length).append('\n');
            step = "batch";
            try (Tensor batch = encoder.encode(image)) {
                text.append("batch: ").append(batch.dtype()).append(' ').append(batch.shape());
            }
        } catch (RuntimeException failure) {
            text.append(step).append(" FAILED: ").append(failure.getMessage());
        }
        return text.toString();
    }

    @Override
    public String toString() {
        return summary();
    }

    /** What an {@link ImageData} is built from, step by step. */
    public static final class Builder {
        private final ImageSource source;
        private final @Nullable Path folder;
        private final @Nullable List<Path> files;
        private @Nullable IntFunction<String> labels;
        private @Nullable String delimiter;
        private @Nullable List<String> classes;
        private Splitter splitter;
        private boolean splitByChance = true;
        private Augmentations augmentations = Augmentations.none();
        private int width;
        private int height;
        private ResizeMethod resize = ResizeMethod.CROP;
        private int channels = 3;
        private Normalization normalization = Normalization.NONE;
        private int measured;
        private int batchSize = 64;
        private int validBatchSize;
        private int workers = Math.max(1, Math.min(8, Runtime.getRuntime().availableProcessors() / 4));
        private long cacheBytes;
        private BadItemPolicy badItems = BadItemPolicy.fail();
        private ImageLimits limits = ImageLimits.DEFAULT;
        private Seed seed = Seed.of(42);

        private Builder(ImageSource source) {
            this(source, null, null);
        }

        private Builder(@Nullable Path folder, List<Path> files) {
            this(new FileSource(List.copyOf(files), ImageLimits.DEFAULT), folder, List.copyOf(files));
        }

        private Builder(ImageSource source, @Nullable Path folder, @Nullable List<Path> files) {
            if (source.size() == 0) {
                throw new IllegalArgumentException("At least one picture is expected, received none");
            }
            this.source = source;
            this.folder = folder;
            this.files = files;
            this.splitter = Splitter.randomly(0.2, seed);
        }

        // ---- labels

        /** Labels each picture with the name of the folder it is in. */
        public Builder labelByFolder() {
            return labelByFunction(file -> {
                Path parent = file.toAbsolutePath().normalize().getParent();
                if (parent == null || parent.getFileName() == null) {
                    throw new IllegalArgumentException(file + " is in no folder with a name");
                }
                return parent.getFileName().toString();
            });
        }

        /**
         * Labels each picture with what the first group of a regular expression finds in its absolute path, whose separators are '/'
         * on every system.
         */
        public Builder labelByRegex(String expression) {
            Pattern pattern = Pattern.compile(expression);
            if (pattern.matcher("").groupCount() < 1) {
                throw new IllegalArgumentException(
                        "A regular expression with a group, in parentheses, for the label is expected, received "
                                + expression);
            }
            return labelByFunction(file -> {
                String path = FileSource.slashes(file.toAbsolutePath());
                Matcher matcher = pattern.matcher(path);
                if (!matcher.find() || matcher.group(1) == null) {
                    throw new IllegalArgumentException(
                            "The regular expression " + expression + " finds no label in " + path);
                }
                return matcher.group(1);
            });
        }

        /** Labels each picture by a function of its file. */
        public Builder labelByFunction(Function<Path, String> function) {
            List<Path> known = requireFiles("Labels by path");
            return labelledBy(item -> {
                String label = function.apply(known.get(item));
                if (label == null) {
                    throw new IllegalArgumentException("There is no label for " + known.get(item));
                }
                return label;
            });
        }

        /** Labels pictures in order: a table's column. */
        public Builder labels(List<String> inOrder) {
            if (inOrder.size() != source.size()) {
                throw new IllegalArgumentException(
                        "One label a picture is expected: " + source.size() + " pictures, received " + inOrder.size());
            }
            List<String> copy = List.copyOf(inOrder);
            return labelledBy(copy::get);
        }

        /** Labels pictures by their files' names, or by their paths below the folder with '/' as separators. */
        public Builder labels(Map<String, String> byName) {
            Map<String, String> copy = Map.copyOf(byName);
            return labelByFunction(file -> {
                String label = Stream.concat(Stream.of(below(file)), Stream.of(name(file)))
                        .map(copy::get)
                        .filter(found -> found != null)
                        .findFirst()
                        .orElse(null);
                if (label == null) {
                    throw new IllegalArgumentException(
                            "There is no label for " + file + " among " + copy.size() + " names");
                }
                return label;
            });
        }

        private Builder labelledBy(IntFunction<String> chosen) {
            this.labels = chosen;
            return this;
        }

        /** Takes labels apart: a picture has several, or none, with this text between them. */
        public Builder labelDelimiter(String text) {
            if (text.isEmpty()) {
                throw new IllegalArgumentException("A delimiter of labels is not empty");
            }
            this.delimiter = text;
            return this;
        }

        /** Sets the classes and their order; by default all labels that occur, sorted. Other labels are refused. */
        public Builder classes(String... names) {
            if (new HashSet<>(List.of(names)).size() < names.length) {
                throw new IllegalArgumentException(
                        "Every class occurs once in their list, received " + Arrays.toString(names));
            }
            this.classes = List.of(names);
            return this;
        }

        // ---- splits

        /** Validates on a random share; by default on a fifth. */
        public Builder splitRandomly(double share, long splitSeed) {
            this.splitter = Splitter.randomly(share, Seed.of(splitSeed));
            this.splitByChance = true;
            return this;
        }

        /** Splits by the name of the folder below the source's in which each picture lies; others are not used. */
        public Builder splitByFolder(String train, String valid) {
            List<Path> known = requireFiles("Splitting by folder");
            return split(size -> new Split(
                    where(size, item -> below(known.get(item)).startsWith(train + "/")),
                    where(size, item -> below(known.get(item)).startsWith(valid + "/"))));
        }

        /** Validates on the files of these names, or paths below the folder with '/' as separators. */
        public Builder splitByFiles(Collection<String> validNames) {
            List<Path> known = requireFiles("Splitting by file");
            Set<String> names = Set.copyOf(validNames);
            return split(size -> {
                Set<String> missing = new HashSet<>(names);
                int[] valid = where(size, item -> {
                    boolean byPath = missing.remove(below(known.get(item))) || names.contains(below(known.get(item)));
                    boolean byName = missing.remove(name(known.get(item))) || names.contains(name(known.get(item)));
                    return byPath || byName;
                });
                if (!missing.isEmpty()) {
                    throw new IllegalArgumentException("There is no picture named "
                            + missing.stream().sorted().findFirst().orElseThrow() + " to validate on");
                }
                return Splitter.items(valid).split(size);
            });
        }

        /** Validates on the files that fulfil a condition. */
        public Builder splitBy(Predicate<Path> valid) {
            List<Path> known = requireFiles("Splitting by a function of the path");
            return split(Splitter.where(item -> valid.test(known.get(item))));
        }

        /** Validates on the pictures of these numbers. */
        public Builder splitByItems(int... valid) {
            return split(Splitter.items(valid));
        }

        /** Trains on all pictures and validates on none. */
        public Builder noSplit() {
            return split(Splitter.items());
        }

        /** Decides which pictures validate. */
        public Builder split(Splitter chosen) {
            this.splitter = chosen;
            this.splitByChance = false;
            return this;
        }

        private static int[] where(int size, IntPredicate condition) {
            return IntStream.range(0, size).filter(condition).toArray();
        }

        // ---- pictures

        /** Sets how training pictures are varied; by default they are not. */
        public Builder transforms(Augmentations chosen) {
            this.augmentations = chosen;
            return this;
        }

        /** Sets the width and height of what the model sees. */
        public Builder size(int size) {
            return size(size, size);
        }

        /** Sets the height and width of what the model sees; by default pictures in memory keep theirs. */
        public Builder size(int newHeight, int newWidth) {
            if (newHeight < 1 || newWidth < 1) {
                throw new IllegalArgumentException(
                        "Pictures are resized to at least 1 x 1, received " + newWidth + " x " + newHeight);
            }
            this.height = newHeight;
            this.width = newWidth;
            return this;
        }

        /** Sets how pictures of other proportions fit: cut, by default. */
        public Builder resize(ResizeMethod method) {
            this.resize = method;
            return this;
        }

        /** Sets the number of channels: 3, or 1 for grey. */
        public Builder channels(int number) {
            if (number != 1 && number != 3) {
                throw new IllegalArgumentException("Pictures have 1 or 3 channels, received " + number);
            }
            this.channels = number;
            return this;
        }

        /** Sets what is subtracted from pixels in [0, 1] and what they are divided by; nothing by default. */
        public Builder normalize(Normalization chosen) {
            this.normalization = chosen;
            this.measured = 0;
            return this;
        }

        /** Normalises by the statistics of so many training pictures, or all if there are fewer, drawn at random. */
        public Builder normalizeMeasured(int most) {
            if (most < 1) {
                throw new IllegalArgumentException("At least 1 picture is measured, received " + most);
            }
            this.measured = most;
            return this;
        }

        /** Sets what happens where a picture cannot be read: the default is to stop. */
        public Builder badItems(BadItemPolicy policy) {
            this.badItems = policy;
            return this;
        }

        /** Sets how large files may be to be read. */
        public Builder limits(ImageLimits chosen) {
            this.limits = chosen;
            return this;
        }

        // ---- batches

        /** Sets the number of pictures in a batch, 64 by default. */
        public Builder batchSize(int size) {
            requireBatchSize(size);
            this.batchSize = size;
            return this;
        }

        /** Sets the number of pictures in a validation batch, as in training by default. */
        public Builder validBatchSize(int size) {
            requireBatchSize(size);
            this.validBatchSize = size;
            return this;
        }

        private static void requireBatchSize(int size) {
            if (size < 1) {
                throw new IllegalArgumentException("A batch size is at least 1, received " + size);
            }
        }

        /** Sets the number of threads that decode and vary pictures: a quarter of the processors by default, 1 to 8. */
        public Builder workers(int threads) {
            if (threads < 0) {
                throw new IllegalArgumentException("The number of workers is not negative, received " + threads);
            }
            this.workers = threads;
            return this;
        }

        /** Keeps decoded pictures in memory, up to so many bytes; 0, the default, keeps none. Results are the same. */
        public Builder cache(long bytes) {
            if (bytes < 0) {
                throw new IllegalArgumentException("A cache's bytes are not negative, received " + bytes);
            }
            this.cacheBytes = bytes;
            return this;
        }

        /** Sets the seed of order and augmentation, 42 by default; the split's seed is its own. */
        public Builder seed(long number) {
            this.seed = Seed.of(number);
            return this;
        }

        /**
         * Returns the data. No picture is read, unless bad ones are left out or statistics measured.
         *
         * @throws IllegalArgumentException if a label or a split cannot be had; the message names the file
         * @throws IllegalStateException if too many pictures are bad, or the size was not set
         */
        public ImageData build() {
            if (width == 0) {
                throw new IllegalStateException(
                        "Pictures of one size are needed for batches: call size(224), or another");
            }
            ImageSource limited = files == null ? source : new FileSource(files, limits);
            ImageLabels known = imageLabels(limited);
            Split split = splitter.split(limited.size());
            ImageEncoder encoder =
                    new ImageEncoder(width, height, resize, augmentations.padding(), channels, normalization);
            List<BadItem> bad = List.of();
            if (badItems.skips()) {
                List<String> reasons = VerifyImages.reasons(limited, encoder.detail(augmentations.magnification()));
                bad = bad(limited, reasons);
                split = new Split(
                        IntStream.of(split.train())
                                .filter(item -> reasons.get(item).isEmpty())
                                .toArray(),
                        IntStream.of(split.valid())
                                .filter(item -> reasons.get(item).isEmpty())
                                .toArray());
            }
            if (split.train().length == 0) {
                throw new IllegalArgumentException("The split leaves no training pictures of " + limited.size());
            }
            ImageItems items = new ImageItems(limited, known, split, bad);
            requireTrainedClasses(items);
            ImageData data = new ImageData(
                    items,
                    encoder,
                    augmentations,
                    new Loading(
                            batchSize, validBatchSize == 0 ? batchSize : validBatchSize, workers, cacheBytes, seed));
            return measured == 0 ? data : data.measured(measured);
        }

        private @Nullable ImageLabels imageLabels(ImageSource pictures) {
            IntFunction<String> given = labels;
            if (given == null) {
                return null;
            }
            String between = delimiter;
            List<List<String>> all = new ArrayList<>();
            for (int item = 0; item < pictures.size(); item++) {
                String label = given.apply(item);
                all.add(between == null ? List.of(label) : parts(label, between));
            }
            return ImageLabels.of(all, between != null, classes, pictures);
        }

        private static List<String> parts(String label, String between) {
            return Arrays.stream(label.split(Pattern.quote(between)))
                    .map(String::strip)
                    .filter(part -> !part.isEmpty())
                    .toList();
        }

        private List<BadItem> bad(ImageSource pictures, List<String> reasons) {
            List<BadItem> bad = IntStream.range(0, reasons.size())
                    .filter(item -> !reasons.get(item).isEmpty())
                    .mapToObj(item -> new BadItem(pictures.name(item), reasons.get(item)))
                    .toList();
            if (!badItems.allows(bad.size(), reasons.size())) {
                throw new IllegalStateException(bad.size() + " of " + reasons.size()
                        + " pictures cannot be read, more than the policy allows (" + badItems + "): "
                        + bad.subList(0, Math.min(5, bad.size())) + (bad.size() > 5 ? " and others" : ""));
            }
            bad.forEach(item -> LOG.warn("Left out {}", item));
            return bad;
        }

        /** A class that only validates cannot be learned: an error, unless chance split the pictures. */
        private void requireTrainedClasses(ImageItems items) {
            ImageLabels known = items.labels();
            if (known == null) {
                return;
            }
            int[] trained = items.count(items.split().train());
            for (int item : items.split().valid()) {
                for (int code : known.codes()[item]) {
                    if (trained[code] > 0) {
                        continue;
                    }
                    String message = "The label \"" + known.classes().get(code) + "\" of "
                            + items.source().name(item) + " occurs in validation only, no picture trains it";
                    if (!splitByChance) {
                        throw new IllegalArgumentException(message);
                    }
                    LOG.warn(message);
                    trained[code] = 1;
                }
            }
        }

        private List<Path> requireFiles(String what) {
            if (files == null) {
                throw new IllegalStateException(what + " needs files, these pictures are in memory");
            }
            return files;
        }

        private String below(Path file) {
            return FileSource.slashes(folder != null && file.startsWith(folder) ? folder.relativize(file) : file);
        }

        private static String name(Path file) {
            return String.valueOf(file.getFileName());
        }
    }

    /** Returns this data normalised by the statistics of some training pictures. */
    private ImageData measured(int most) {
        int[] train = items.split().train();
        int[] order = loading.seed.fold("measure").stream().permutation(train.length);
        Iterable<Image> sample = () -> IntStream.range(0, Math.min(most, train.length))
                .mapToObj(i -> image(train[order[i]]))
                .map(image -> encoder.channels() == 1 ? image.toGrey() : image)
                .iterator();
        return new ImageData(items, encoder.with(Normalization.measure(sample)), augmentations, loading);
    }
}
