/** The places of the product: the rail, the palette and the breadcrumb read this one list. */
import { BookOpen, Folder, House, type LucideIcon, Play, Settings, SquareFunction, Workflow } from 'lucide-react';

export type Place = { href: string; label: string; icon: LucideIcon /** after G */; key: string; foot?: boolean };
export const PLACES: Place[] = [
  { href: '/', label: 'Home', icon: House, key: 'h' },
  { href: '/workflows', label: 'Workflows', icon: Workflow, key: 'w' },
  { href: '/runs', label: 'Runs', icon: Play, key: 'r' },
  { href: '/functions', label: 'Functions', icon: SquareFunction, key: 'f' },
  { href: '/files', label: 'Files', icon: Folder, key: 'l' },
  { href: '/settings', label: 'Settings', icon: Settings, key: 's', foot: true },
  { href: '/docs', label: 'API', icon: BookOpen, key: 'a', foot: true },
];

export const isAt = (place: Place, pathname: string): boolean =>
  place.href === '/' ? pathname === '/' : pathname === place.href || pathname.startsWith(`${place.href}/`);
