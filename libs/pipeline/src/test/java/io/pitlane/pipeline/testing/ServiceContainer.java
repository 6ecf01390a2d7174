package io.pitlane.pipeline.testing;

import static org.awaitility.Awaitility.await;

import com.github.dockerjava.api.exception.NotModifiedException;
import com.github.dockerjava.api.model.Bind;
import com.github.dockerjava.api.model.Capability;
import com.github.dockerjava.api.model.Volume;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.Map;
import java.util.stream.Stream;
import org.testcontainers.containers.GenericContainer;
import org.testcontainers.containers.wait.strategy.Wait;
import org.testcontainers.utility.DockerImageName;

/**
 * A service in a container that is allowed as little as the manifests allow it: no root, no
 * capabilities, nothing to write to but its volume and {@code /tmp}.
 */
public final class ServiceContainer extends GenericContainer<ServiceContainer> implements Replica {
    private static final int PORT = 8080;
    private static final String WORK = "io.pitlane.pipeline.child.ChildMain";

    ServiceContainer(DockerImageName image) {
        super(image);
        withExposedPorts(PORT);
        withImagePullPolicy(name -> false);
        withTmpFs(Map.of("/tmp", "rw,mode=1777"));
        withCreateContainerCmdModifier(
                command ->
                        command.getHostConfig()
                                .withReadonlyRootfs(true)
                                .withCapDrop(Capability.ALL));
        waitingFor(Wait.forHttp("/q/health/ready").withStartupTimeout(Duration.ofMinutes(2)));
    }

    /** Settings by their names, as system properties. */
    public ServiceContainer withSettings(Map<String, String> settings) {
        var options = settings.entrySet().stream().map(s -> "-D" + s.getKey() + "=" + s.getValue());
        return withCommand(
                Stream.concat(options, Stream.of("-jar", "/opt/pitlane/quarkus-run.jar"))
                        .toArray(String[]::new));
    }

    /** A folder of this machine, for both to write to, under the same name in the container. */
    public ServiceContainer sharing(Path folder) {
        var bind = new Bind(folder.toString(), new Volume(folder.toString()));
        return withCreateContainerCmdModifier(command -> command.getHostConfig().withBinds(bind));
    }

    /** Where the test reaches it by HTTP. */
    public String address() {
        return "http://" + getHost() + ":" + getMappedPort(PORT);
    }

    /** Waits for a job's process, kills the container with SIGKILL, and starts it again. */
    public void killInMidStep() {
        await().atMost(Duration.ofMinutes(3)).until(this::works);
        kill();
        getDockerClient().startContainerCmd(getContainerId()).exec();
    }

    private boolean works() {
        var processes = getDockerClient().topContainerCmd(getContainerId()).exec().getProcesses();
        return Arrays.stream(processes).anyMatch(p -> String.join(" ", p).contains(WORK));
    }

    @Override
    public void kill() {
        getDockerClient().killContainerCmd(getContainerId()).exec();
        await().atMost(Duration.ofSeconds(30)).until(() -> !isRunning());
    }

    @Override
    public void askToEnd() {
        if (isRunning()) {
            getDockerClient().killContainerCmd(getContainerId()).withSignal("SIGTERM").exec();
        }
    }

    @Override
    public void terminate() {
        try {
            getDockerClient().stopContainerCmd(getContainerId()).withTimeout(60).exec();
        } catch (NotModifiedException e) {
            // It has ended already.
        }
    }

    @Override
    public boolean isAlive() {
        return isRunning();
    }

    @Override
    public void close() {
        stop();
    }
}
