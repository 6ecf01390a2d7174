/** Authentication by API key or token, authorization, and the audit log. */
package io.pitlane.gateway.security;
