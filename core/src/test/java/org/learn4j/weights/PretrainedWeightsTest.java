package org.learn4j.weights;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.learn4j.testkit.ChildJvm;

/** R33: a file that was fetched is the expected one, and whole; against a server on this computer. */
@Timeout(60)
class PretrainedWeightsTest {
    private static final byte[] CONTENT = new byte[300_000];

    static {
        new SplittableRandom(4).nextBytes(CONTENT);
    }

    private final AtomicInteger requests = new AtomicInteger();
    private final CountDownLatch end = new CountDownLatch(1);
    private HttpServer server;
    private ExecutorService threads;

    @TempDir
    private Path folder;

    @BeforeEach
    void start() throws IOException {
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        threads = Executors.newCachedThreadPool();
        server.setExecutor(threads);
        server.start();
    }

    @AfterEach
    void stop() {
        end.countDown();
        server.stop(0);
        threads.shutdownNow();
    }

    private void serve(HttpHandler handler) {
        server.createContext("/", exchange -> {
            requests.incrementAndGet();
            try (exchange) {
                handler.handle(exchange);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        });
    }

    private interface HttpHandler {
        void handle(HttpExchange exchange) throws IOException, InterruptedException;
    }

    private static void send(HttpExchange exchange, byte[] body) throws IOException {
        exchange.sendResponseHeaders(200, body.length);
        exchange.getResponseBody().write(body);
    }

    private PretrainedWeights weights(String sha256) {
        return weights("/models/net-0123.pth", sha256);
    }

    private PretrainedWeights weights(String path, String sha256) {
        URI uri = URI.create("http://127.0.0.1:" + server.getAddress().getPort() + path);
        return PretrainedWeights.of(uri, sha256, Duration.ofSeconds(2), Duration.ofMillis(700), true)
                .cachedIn(folder.resolve("cache"));
    }

    private static String sha256() {
        try {
            return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(CONTENT));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }

    /** No final file, and no temporary one; the lock's file is empty. */
    private void assertNothingKept() throws IOException {
        try (Stream<Path> files = Files.walk(folder)) {
            assertThat(files.filter(Files::isRegularFile))
                    .allMatch(file -> file.toString().endsWith(".lock"));
        }
    }

    @Test
    void aFileIsFetchedOnceAndThenUsed() throws IOException {
        serve(exchange -> send(exchange, CONTENT));

        Path file = weights(sha256()).fetch();
        assertThat(file.getFileName()).hasToString("net-0123.pth");
        assertThat(Files.readAllBytes(file)).isEqualTo(CONTENT);
        assertThat(weights(sha256().substring(0, 8)).fetch()).isEqualTo(file);
        assertThat(requests).hasValue(1);
    }

    @Test
    void aDamagedFileInTheFolderIsFetchedAgain() throws IOException {
        serve(exchange -> send(exchange, CONTENT));
        Path file = weights(sha256()).fetch();
        byte[] damaged = CONTENT.clone();
        damaged[77] ^= 1;
        Files.write(file, damaged);

        weights(sha256()).fetch();
        assertThat(Files.readAllBytes(file)).isEqualTo(CONTENT);
        assertThat(requests).hasValue(2);
    }

    @Test
    void otherBytesThanExpectedAreNotKept() throws IOException {
        serve(exchange -> send(exchange, "<html>sorry</html>".getBytes(java.nio.charset.StandardCharsets.UTF_8)));

        assertThatThrownBy(() -> weights(sha256()).fetch())
                .isInstanceOf(DownloadException.class)
                .hasMessageContaining("net-0123.pth: received 18 bytes whose SHA-256 is ")
                .hasMessageContaining("expected " + sha256());
        assertNothingKept();
    }

    @Test
    void aBodyThatEndsTooSoonIsNotKept() throws IOException {
        serve(exchange -> {
            exchange.sendResponseHeaders(200, CONTENT.length);
            exchange.getResponseBody().write(CONTENT, 0, 1000);
            exchange.getResponseBody().flush();
            throw new IOException("gone");
        });

        assertThatThrownBy(() -> weights(sha256()).fetch()).isInstanceOf(DownloadException.class);
        assertNothingKept();
    }

    @Test
    void aServerThatFallsSilentIsGivenUp() throws IOException {
        serve(exchange -> {
            exchange.sendResponseHeaders(200, CONTENT.length);
            exchange.getResponseBody().write(CONTENT, 0, 1000);
            exchange.getResponseBody().flush();
            end.await();
        });

        assertThatThrownBy(() -> weights(sha256()).fetch())
                .isInstanceOf(DownloadException.class)
                .hasMessageContaining("nothing received for");
        assertNothingKept();
    }

    @Test
    void aServerThatNeverAnswersIsGivenUp() throws IOException {
        serve(exchange -> end.await());

        assertThatThrownBy(() -> weights(sha256()).fetch())
                .isInstanceOf(DownloadException.class)
                .hasMessageContaining("timed out");
        assertNothingKept();
    }

    @Test
    void aFileBeyondTheLimitIsNotKept() throws IOException {
        serve(exchange -> {
            boolean announced = exchange.getRequestURI().getPath().endsWith("announced.pth");
            exchange.sendResponseHeaders(200, announced ? CONTENT.length : 0);
            exchange.getResponseBody().write(CONTENT);
        });

        for (String path : List.of("/announced.pth", "/chunked.pth")) {
            assertThatThrownBy(() ->
                            weights(path, sha256()).limit(CONTENT.length - 1).fetch())
                    .isInstanceOf(DownloadException.class)
                    .hasMessageContaining("at most 299999 bytes expected, received");
        }
        assertNothingKept();
        weights("/chunked.pth", sha256()).limit(CONTENT.length).fetch();
    }

    @Test
    void redirectsAreFollowedToSafePlacesAndNotForEver() throws IOException {
        serve(exchange -> {
            switch (exchange.getRequestURI().getPath()) {
                case "/moved.pth" -> redirect(exchange, "/files/there.pth");
                case "/loop.pth" -> redirect(exchange, "/loop.pth");
                case "/downgrade.pth" -> redirect(exchange, "http://example.com/there.pth");
                case "/file.pth" -> redirect(exchange, "file:///etc/passwd");
                case "/nowhere.pth" -> redirect(exchange, "ht tp");
                case "/missing.pth" -> exchange.sendResponseHeaders(404, -1);
                default -> send(exchange, CONTENT);
            }
        });

        assertThat(weights("/moved.pth", sha256()).fetch().getFileName()).hasToString("moved.pth");
        refused("/loop.pth", "redirected more than 5 times");
        refused("/downgrade.pth", "begins with https:// expected, received http://example.com");
        refused("/file.pth", "begins with https:// expected, received file:");
        refused("/nowhere.pth", "what is no address: ht tp");
        refused("/missing.pth", "status 404");
    }

    private static void redirect(HttpExchange exchange, String location) throws IOException {
        exchange.getResponseHeaders().set("Location", location);
        exchange.sendResponseHeaders(302, -1);
    }

    private void refused(String path, String message) {
        assertThatThrownBy(() -> weights(path, sha256()).fetch())
                .isInstanceOf(DownloadException.class)
                .hasMessageContaining(message);
    }

    @Test
    void threadsThatWantTheSameFileFetchItOnce() throws Exception {
        serve(exchange -> {
            Thread.sleep(200);
            send(exchange, CONTENT);
        });
        List<Callable<Path>> wanting = new ArrayList<>();
        for (int i = 0; i < 4; i++) {
            wanting.add(() -> weights(sha256()).fetch());
        }
        for (Future<Path> file : threads.invokeAll(wanting)) {
            assertThat(Files.readAllBytes(file.get())).isEqualTo(CONTENT);
        }
        assertThat(requests).hasValue(1);
    }

    @Test
    void processesThatWantTheSameFileFetchItOnce() throws IOException {
        serve(exchange -> {
            Thread.sleep(1000);
            send(exchange, CONTENT);
        });
        String[] arguments = {weights(sha256()).uri().toString(), sha256(), folder.toString()};
        try (ChildJvm one = ChildJvm.start(FetchInFreshJvm.class, List.of("-Xmx64m"), arguments);
                ChildJvm other = ChildJvm.start(FetchInFreshJvm.class, List.of("-Xmx64m"), arguments)) {
            assertThat(one.exitCode(Duration.ofSeconds(40))).as(one.output()).isZero();
            assertThat(other.exitCode(Duration.ofSeconds(40)))
                    .as(other.output())
                    .isZero();
            assertThat(one.output()).contains("fetched 300000");
            assertThat(other.output()).contains("fetched 300000");
        }
        assertThat(requests).hasValue(1);
        assertThat(Files.readAllBytes(folder.resolve("net-0123.pth"))).isEqualTo(CONTENT);
    }

    @Test
    void onlyAddressesWithHttpsAndAFileNameAreTaken() {
        assertThatThrownBy(() -> PretrainedWeights.of(URI.create("http://127.0.0.1/a.pth"), sha256()))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("begins with https:// expected, received http://127.0.0.1/a.pth");
        for (String bad : List.of("https://example.com/", "https://example.com/..", "https://example.com/.hidden")) {
            assertThatThrownBy(() -> PretrainedWeights.of(URI.create(bad), sha256()))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContaining("ends with the name of a file");
        }
        assertThatThrownBy(() -> PretrainedWeights.of(URI.create("https://example.com/a.pth"), "1234567"))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("SHA-256");
        PretrainedWeights.of(URI.create("https://example.com/a.pth"), "12345678");
    }

    @Test
    void theFilesOfTorchvisionHaveTheirChecksumsInTheirNames() {
        assertThat(PretrainedWeights.torchvisionNames()).contains("resnet34", "squeezenet1_1", "vgg16_bn");
        for (String name : PretrainedWeights.torchvisionNames()) {
            PretrainedWeights weights = PretrainedWeights.torchvision(name);
            assertThat(weights.uri().toString())
                    .matches("https://download\\.pytorch\\.org/models/.+-[0-9a-f]{8}\\.pth");
            assertThat(weights.toString())
                    .contains("SHA-256 " + weights.uri().toString().replaceAll(".*-|\\.pth", ""));
        }
        assertThatThrownBy(() -> PretrainedWeights.torchvision("resnet35"))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("resnet34")
                .hasMessageContaining("received \"resnet35\"");
    }

    @Test
    void theFolderIsWhatThePropertySays() {
        String before = System.getProperty("learn4j.cache");
        System.setProperty("learn4j.cache", folder.toString());
        try {
            assertThat(PretrainedWeights.torchvision("resnet18").file())
                    .isEqualTo(folder.resolve("resnet18-f37072fd.pth"));
        } finally {
            if (before == null) {
                System.clearProperty("learn4j.cache");
            } else {
                System.setProperty("learn4j.cache", before);
            }
        }
        if (before == null) {
            assertThat(PretrainedWeights.torchvision("resnet18").file()).isAbsolute();
        }
    }
}
