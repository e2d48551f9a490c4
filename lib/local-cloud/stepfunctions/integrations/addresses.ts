/**
 * Which addresses a workflow may call: the public internet's, and the hosts that the operator named.
 *
 * A name is resolved once, every address that it has is judged, and the connection goes to one of those judged: a name
 * that changes its mind between the check and the connection gains nothing.
 * @module
 */
import dns from 'node:dns';
import net from 'node:net';

const CLOSED_V4 = new net.BlockList();
for (const [network, prefix] of [
  ['0.0.0.0', 8], // this host
  ['10.0.0.0', 8], // private
  ['100.64.0.0', 10], // carriers
  ['127.0.0.0', 8], // loopback
  ['169.254.0.0', 16], // link-local, and the metadata of clouds
  ['172.16.0.0', 12], // private
  ['192.0.0.0', 24], // protocols
  ['192.0.2.0', 24], // documentation
  ['192.88.99.0', 24], // relays into IPv6
  ['192.168.0.0', 16], // private
  ['198.18.0.0', 15], // benchmarks
  ['198.51.100.0', 24], // documentation
  ['203.0.113.0', 24], // documentation
  ['224.0.0.0', 4], // multicast
  ['240.0.0.0', 4], // reserved, broadcast
] as const) {
  CLOSED_V4.addSubnet(network, prefix, 'ipv4');
}

/** All public addresses begin with 2 or 3: loopback, private, link-local, mapped and translated ones do not. */
const OPEN_V6 = new net.BlockList();
OPEN_V6.addSubnet('2000::', 3, 'ipv6');
const CLOSED_V6 = new net.BlockList();
CLOSED_V6.addSubnet('2001::', 23, 'ipv6'); // Teredo and other protocols
CLOSED_V6.addSubnet('2001:db8::', 32, 'ipv6'); // documentation
CLOSED_V6.addSubnet('2002::', 16, 'ipv6'); // an IPv4 address inside
CLOSED_V6.addSubnet('3fff::', 20, 'ipv6'); // documentation

/** Is it an address of the public internet? False for what is no address at all. */
export function isPublic(address: string): boolean {
  const family = net.isIP(address);
  if (family === 4) return !CLOSED_V4.check(address, 'ipv4');
  // a zone names an interface of this machine
  if (family !== 6 || address.includes('%')) return false;
  return OPEN_V6.check(address, 'ipv6') && !CLOSED_V6.check(address, 'ipv6');
}

/** An address that may not be called. */
export class Denied extends Error {
  readonly code = 'DENIED';
}

/** @param allowed `host` or `host:port`, in lower case @param port as the URL says, or the protocol's own */
export const isAllowed = (allowed: readonly string[], host: string, port: string): boolean =>
  allowed.includes(host.toLowerCase()) || allowed.includes(`${host.toLowerCase()}:${port}`);

export type Resolve = (host: string) => Promise<{ address: string; family: number }[]>;
const resolveName: Resolve = (host) => dns.promises.lookup(host, { all: true, verbatim: true });

/** For `http.request`: answers only when every address of the name is public. Fails with `Denied` otherwise. */
export function guardedLookup(resolve: Resolve = resolveName): net.LookupFunction {
  return (host, options, callback) => {
    resolve(host).then(
      (found) => {
        const closed = found.find(({ address }) => !isPublic(address));
        const first = found[0];
        if (closed || !first) {
          callback(new Denied(closed ? `${host} is ${closed.address}` : `${host} has no address`), '', 0);
        } else if (options.all) callback(null, found);
        else callback(null, first.address, first.family);
      },
      (error: NodeJS.ErrnoException) => callback(error, '', 0),
    );
  };
}
