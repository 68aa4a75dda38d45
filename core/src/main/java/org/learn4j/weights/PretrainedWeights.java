package org.learn4j.weights;

import static java.util.Map.entry;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.security.MessageDigest;
import java.time.Duration;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.regex.Pattern;

/**
 * Weights on a server: where they are, and the checksum that says which they are. Nothing is fetched before {@link #fetch}
 * is called, and then once: the file stays in a folder of this user.
 *
 * <pre>{@code
 * Path file = PretrainedWeights.torchvision("resnet34").fetch();
 * try (Weights weights = Weights.open(file)) {
 *     weights.loadInto(ResNet.resnet34());
 * }
 * }</pre>
 *
 * <p>The folder is what {@code -Dlearn4j.cache} says, else {@code learn4j} in the user's folder for such files. A file is
 * fetched over HTTPS alone, also where the server redirects; it appears there whole, or not at all, and only if its bytes
 * have the expected SHA-256. A file that is there is checked again and used. Several threads and processes may fetch the same
 * file at once: one does, the others wait.
 */
public final class PretrainedWeights {
    private static final String SERVER = "https://download.pytorch.org/models/";
    private static final long LIMIT = 1L << 30;
    private static final Duration CONNECT = Duration.ofSeconds(10);
    private static final Duration IDLE = Duration.ofSeconds(60);
    private static final Pattern SHA256 = Pattern.compile("[0-9a-f]{8,64}");

    /** One thread of this process at a time, since locks on files are between processes. */
    private static final Map<Path, Object> MONITORS = new ConcurrentHashMap<>();

    /** The files of torchvision, trained on ImageNet; the digits in a name begin its SHA-256. */
    private static final Map<String, String> TORCHVISION = new TreeMap<>(Map.ofEntries(
            entry("densenet121", "densenet121-a639ec97"),
            entry("densenet169", "densenet169-b2777c0a"),
            entry("densenet201", "densenet201-c1103571"),
            entry("mobilenet_v2", "mobilenet_v2-b0353104"),
            entry("resnet18", "resnet18-f37072fd"),
            entry("resnet34", "resnet34-b627a593"),
            entry("resnet50", "resnet50-0676ba61"),
            entry("resnet50_v2", "resnet50-11ad3fa6"),
            entry("resnet101", "resnet101-63fe2227"),
            entry("resnet152", "resnet152-394f9c45"),
            entry("squeezenet1_0", "squeezenet1_0-b66bff10"),
            entry("squeezenet1_1", "squeezenet1_1-b8a52dc0"),
            entry("vgg11_bn", "vgg11_bn-6002323d"),
            entry("vgg13_bn", "vgg13_bn-abd245e5"),
            entry("vgg16_bn", "vgg16_bn-6c64b313"),
            entry("vgg19_bn", "vgg19_bn-c79401a0")));

    private final Download download;
    private final Optional<Path> folder;

    private PretrainedWeights(Download download, Optional<Path> folder) {
        this.download = download;
        this.folder = folder;
    }

    /**
     * Returns weights that torchvision publishes; their licence is its authors' to tell.
     *
     * @param name one of {@link #torchvisionNames}
     * @throws IllegalArgumentException if it is another
     */
    public static PretrainedWeights torchvision(String name) {
        String file = TORCHVISION.get(name);
        if (file == null) {
            throw new IllegalArgumentException(
                    "Weights of torchvision are " + TORCHVISION.keySet() + ", received \"" + name + "\"");
        }
        return of(URI.create(SERVER + file + ".pth"), file.substring(file.lastIndexOf('-') + 1));
    }

    /** Returns the names of the weights that torchvision publishes. */
    public static List<String> torchvisionNames() {
        return List.copyOf(TORCHVISION.keySet());
    }

    /**
     * Returns weights at any other place.
     *
     * @param uri an address that begins with {@code https://} and ends with the name of the file
     * @param sha256 the SHA-256 of the file, 64 hexadecimal digits, or at least the first 8 of them
     * @throws IllegalArgumentException if one of them is something else
     */
    public static PretrainedWeights of(URI uri, String sha256) {
        if (!"https".equalsIgnoreCase(uri.getScheme()) || uri.getHost() == null) {
            throw new IllegalArgumentException("An address that begins with https:// expected, received " + uri);
        }
        return of(uri, sha256, CONNECT, IDLE, false);
    }

    static PretrainedWeights of(URI uri, String sha256, Duration connect, Duration idle, boolean loopback) {
        String digits = sha256.toLowerCase(Locale.ROOT);
        if (!SHA256.matcher(digits).matches()) {
            throw new IllegalArgumentException(
                    "A SHA-256 of 64 hexadecimal digits or its first 8 at least expected, received \"" + sha256 + "\"");
        }
        fileName(uri);
        return new PretrainedWeights(new Download(uri, digits, LIMIT, connect, idle, loopback), Optional.empty());
    }

    /** Returns these weights, to be kept in another folder, which is made when needed. */
    public PretrainedWeights cachedIn(Path otherFolder) {
        return new PretrainedWeights(download, Optional.of(otherFolder));
    }

    /** Returns these weights, whose file may have so many bytes; 1 GiB by default. */
    public PretrainedWeights limit(long bytes) {
        Download other = new Download(
                download.uri(), download.sha256(), bytes, download.connect(), download.idle(), download.loopback());
        return new PretrainedWeights(other, folder);
    }

    /** Returns where the file comes from. */
    public URI uri() {
        return download.uri();
    }

    /** Returns where the file is, or will be. */
    public Path file() {
        return folder.orElseGet(PretrainedWeights::defaultFolder).resolve(fileName(download.uri()));
    }

    private static String fileName(URI uri) {
        String path = uri.getPath() == null ? "" : uri.getPath();
        String name = path.substring(path.lastIndexOf('/') + 1);
        if (!name.matches("[A-Za-z0-9_][A-Za-z0-9._+-]*")) {
            throw new IllegalArgumentException(
                    "An address that ends with the name of a file expected, received " + uri);
        }
        return name;
    }

    /** Follows the customs of the system. */
    private static Path defaultFolder() {
        String chosen = System.getProperty("learn4j.cache");
        if (chosen != null) {
            return Path.of(chosen);
        }
        String system = System.getProperty("os.name", "").toLowerCase(Locale.ROOT);
        Path home = Path.of(System.getProperty("user.home"));
        if (system.startsWith("windows")) {
            String local = System.getenv("LOCALAPPDATA");
            return (local == null ? home : Path.of(local)).resolve("learn4j");
        }
        if (system.startsWith("mac")) {
            return home.resolve("Library").resolve("Caches").resolve("learn4j");
        }
        String cache = System.getenv("XDG_CACHE_HOME");
        return (cache == null || cache.isEmpty() ? home.resolve(".cache") : Path.of(cache)).resolve("learn4j");
    }

    /**
     * Returns the file, after fetching it if it is not there or not the expected one.
     *
     * @throws DownloadException if it cannot be fetched, or is not the expected one; nothing is left of it
     * @throws UncheckedIOException if the folder cannot be made or written to
     */
    public Path fetch() {
        Path file = file().toAbsolutePath();
        synchronized (MONITORS.computeIfAbsent(file, key -> new Object())) {
            try {
                Files.createDirectories(file.getParent());
                return fetchLocked(file);
            } catch (IOException e) {
                throw new UncheckedIOException("cannot write " + file + ": " + e, e);
            }
        }
    }

    /** A lock that is not released ends with the process; its file is empty and stays. */
    private Path fetchLocked(Path file) throws IOException {
        Path lock = file.resolveSibling(file.getFileName() + ".lock");
        try (var channel = FileChannel.open(lock, StandardOpenOption.CREATE, StandardOpenOption.WRITE);
                var held = channel.lock()) {
            if (!held.isValid()) {
                throw new IOException("the lock " + lock + " is gone");
            }
            if (!isExpected(file)) {
                download.to(file);
            }
            return file;
        }
    }

    private boolean isExpected(Path file) throws IOException {
        if (!Files.isRegularFile(file)) {
            return false;
        }
        MessageDigest digest = Download.digest();
        try (InputStream in = Files.newInputStream(file)) {
            byte[] chunk = new byte[1 << 16];
            for (int count = in.read(chunk); count >= 0; count = in.read(chunk)) {
                digest.update(chunk, 0, count);
            }
        }
        return HexFormat.of().formatHex(digest.digest()).startsWith(download.sha256());
    }

    @Override
    public String toString() {
        return download.uri() + " (SHA-256 " + download.sha256()
                + (download.sha256().length() < 64 ? "…)" : ")");
    }
}
