/** The settings of the gateway. */
package io.pitlane.gateway.config;
