package io.pitlane.kafka.secured;

import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.apache.kafka.common.acl.AclBinding;
import org.apache.kafka.common.acl.AclOperation;
import org.apache.kafka.common.resource.PatternType;
import org.apache.kafka.common.resource.ResourcePattern;
import org.apache.kafka.common.resource.ResourceType;
import org.apache.kafka.metadata.authorizer.StandardAuthorizer;
import org.apache.kafka.server.authorizer.Action;
import org.apache.kafka.server.authorizer.AuthorizableRequestContext;
import org.apache.kafka.server.authorizer.AuthorizationResult;

/** Kafka's standard authorizer, which records the rights that were used. */
public final class RecordingAuthorizer extends StandardAuthorizer {
    /** Static, because the broker creates the authorizer. */
    private static final Set<Right> USED = ConcurrentHashMap.newKeySet();

    /** An operation that was allowed. */
    private record Right(
            String principal, ResourceType type, String resource, AclOperation operation) {}

    @Override
    public List<AuthorizationResult> authorize(
            AuthorizableRequestContext context, List<Action> actions) {
        var results = super.authorize(context, actions);
        for (int i = 0; i < actions.size(); i++) {
            if (results.get(i) == AuthorizationResult.ALLOWED) {
                USED.add(right(context.principal().toString(), actions.get(i)));
            }
        }
        return results;
    }

    private static Right right(String principal, Action action) {
        var pattern = action.resourcePattern();
        return new Right(principal, pattern.resourceType(), pattern.name(), action.operation());
    }

    /** Whether a right was used. */
    public static boolean isUsed(AclBinding acl) {
        return USED.stream()
                .filter(right -> right.principal().equals(acl.entry().principal()))
                .filter(right -> right.operation() == acl.entry().operation())
                .filter(right -> right.type() == acl.pattern().resourceType())
                .anyMatch(right -> matches(acl.pattern(), right.resource()));
    }

    private static boolean matches(ResourcePattern pattern, String name) {
        return pattern.patternType() == PatternType.PREFIXED
                ? name.startsWith(pattern.name())
                : name.equals(pattern.name());
    }
}
