package io.pitlane.cli.endtoend;

import static org.awaitility.Awaitility.await;

import com.github.dockerjava.api.model.Capability;
import java.time.Duration;
import java.util.Arrays;
import java.util.Map;
import org.testcontainers.containers.GenericContainer;
import org.testcontainers.containers.Network;
import org.testcontainers.containers.wait.strategy.Wait;
import org.testcontainers.utility.DockerImageName;

/**
 * One service in a container that is allowed as little as the manifests allow it: no root, no
 * capabilities, nothing to write to but its volume and {@code /tmp}.
 */
final class ServiceContainer extends GenericContainer<ServiceContainer> {
    private static final int PORT = 8080;
    private static final String WORK = "io.pitlane.pipeline.child.ChildMain";

    ServiceContainer(String module, Network network, Map<String, String> environment) {
        super(image(module));
        withNetwork(network);
        withNetworkAliases(module);
        withEnv(environment);
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

    private static DockerImageName image(String module) {
        return DockerImageName.parse(
                ContainerStack.property("pitlane.image.prefix")
                        + module
                        + ":"
                        + ContainerStack.property("pitlane.image.tag"));
    }

    String address() {
        return "http://" + getHost() + ":" + getMappedPort(PORT);
    }

    /** Waits for a job's process, kills the container with SIGKILL, and starts it again. */
    void killInMidStep() {
        await().atMost(Duration.ofMinutes(3)).until(this::works);
        getDockerClient().killContainerCmd(getContainerId()).exec();
        await().atMost(Duration.ofSeconds(30)).until(() -> !isRunning());
        getDockerClient().startContainerCmd(getContainerId()).exec();
    }

    private boolean works() {
        return Arrays.stream(
                        getDockerClient().topContainerCmd(getContainerId()).exec().getProcesses())
                .anyMatch(process -> String.join(" ", process).contains(WORK));
    }
}
