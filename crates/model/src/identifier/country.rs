//! Countries of issue as ISO 3166-1 names them: two letters and three letters.

/// ISO 3166-1, each entry the two-letter code followed by the three-letter one, and last the codes that ICAO Doc
/// 9303 part 3 adds for travel documents (their two letters are made up of digits, which no text has).
const CODES: &str = "\
AFAFG AXALA ALALB DZDZA ASASM ADAND AOAGO AIAIA AQATA AGATG ARARG AMARM AWABW AUAUS ATAUT AZAZE BSBHS BHBHR \
BDBGD BBBRB BYBLR BEBEL BZBLZ BJBEN BMBMU BTBTN BOBOL BQBES BABIH BWBWA BVBVT BRBRA IOIOT BNBRN BGBGR BFBFA \
BIBDI CVCPV KHKHM CMCMR CACAN KYCYM CFCAF TDTCD CLCHL CNCHN CXCXR CCCCK COCOL KMCOM CGCOG CDCOD CKCOK CRCRI \
CICIV HRHRV CUCUB CWCUW CYCYP CZCZE DKDNK DJDJI DMDMA DODOM ECECU EGEGY SVSLV GQGNQ ERERI EEEST SZSWZ ETETH \
FKFLK FOFRO FJFJI FIFIN FRFRA GFGUF PFPYF TFATF GAGAB GMGMB GEGEO DEDEU GHGHA GIGIB GRGRC GLGRL GDGRD GPGLP \
GUGUM GTGTM GGGGY GNGIN GWGNB GYGUY HTHTI HMHMD VAVAT HNHND HKHKG HUHUN ISISL ININD IDIDN IRIRN IQIRQ IEIRL \
IMIMN ILISR ITITA JMJAM JPJPN JEJEY JOJOR KZKAZ KEKEN KIKIR KPPRK KRKOR KWKWT KGKGZ LALAO LVLVA LBLBN LSLSO \
LRLBR LYLBY LILIE LTLTU LULUX MOMAC MGMDG MWMWI MYMYS MVMDV MLMLI MTMLT MHMHL MQMTQ MRMRT MUMUS YTMYT MXMEX \
FMFSM MDMDA MCMCO MNMNG MEMNE MSMSR MAMAR MZMOZ MMMMR NANAM NRNRU NPNPL NLNLD NCNCL NZNZL NINIC NENER NGNGA \
NUNIU NFNFK MKMKD MPMNP NONOR OMOMN PKPAK PWPLW PSPSE PAPAN PGPNG PYPRY PEPER PHPHL PNPCN PLPOL PTPRT PRPRI \
QAQAT REREU ROROU RURUS RWRWA BLBLM SHSHN KNKNA LCLCA MFMAF PMSPM VCVCT WSWSM SMSMR STSTP SASAU SNSEN RSSRB \
SCSYC SLSLE SGSGP SXSXM SKSVK SISVN SBSLB SOSOM ZAZAF GSSGS SSSSD ESESP LKLKA SDSDN SRSUR SJSJM SESWE CHCHE \
SYSYR TWTWN TJTJK TZTZA THTHA TLTLS TGTGO TKTKL TOTON TTTTO TNTUN TRTUR TMTKM TCTCA TVTUV UGUGA UAUKR AEARE \
GBGBR USUSA UMUMI UYURY UZUZB VUVUT VEVEN VNVNM VGVGB VIVIR WFWLF EHESH YEYEM ZMZMB ZWZWE \
XKXKX 01UNO 02UNA 03XXA 04XXB 05XXC 06XXX 07GBD 08GBN 09GBO 10GBP 11GBS 12RKS 13XOM 14XPO";

/// The three-letter code of a country given by its two or three letters, in either case; `None` for any other
/// text.
///
/// # Complexity
/// Linear in the number of countries, about 260.
pub fn alpha3(code: &str) -> Option<&'static str> {
    let part = match code.len() {
        2 => 0..2,
        3 => 2..5,
        _ => return None,
    };
    CODES
        .split_ascii_whitespace()
        .find(|entry| entry.get(part.clone()).is_some_and(|known| known.eq_ignore_ascii_case(code)))
        .and_then(|entry| entry.get(2..))
        .filter(|_| code.bytes().all(|b| b.is_ascii_alphabetic()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn codes_are_well_formed_and_distinct() {
        let entries: Vec<&str> = CODES.split_ascii_whitespace().collect();
        assert_eq!(
            entries.iter().filter(|entry| entry.bytes().all(|b| b.is_ascii_uppercase())).count(),
            249 + 1
        );
        for (i, entry) in entries.iter().enumerate() {
            assert_eq!(entry.len(), 5, "{entry}");
            assert!(
                entries[..i].iter().all(|other| other[..2] != entry[..2] && other[2..] != entry[2..]),
                "{entry}"
            );
        }
    }

    #[test]
    fn either_code_names_the_country() {
        for (code, country) in [
            ("PK", Some("PAK")),
            ("pak", Some("PAK")),
            ("CN", Some("CHN")),
            ("01", None),
            ("Pakistan", None),
            ("ZZ", None),
        ] {
            assert_eq!(alpha3(code), country, "{code}");
        }
    }
}
