/** Bounded reading of request bodies. */
package io.pitlane.gateway.requests;
