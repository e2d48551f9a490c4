import type { LucideIcon } from 'lucide-react';
import { functionIcon, kindIcon, patternIcon } from '../canvas/icons';
import type { PaletteItem } from './search';

/** The picture of what the palette offers. */
export const itemIcon = ({ manifest, pattern, kind }: PaletteItem): LucideIcon =>
  manifest ? functionIcon(manifest) : pattern ? patternIcon(pattern.id, kind) : kindIcon(kind);
